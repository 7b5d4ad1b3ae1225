-- 0001: the house. Times are UTC milliseconds, money integers of ten-thousandths, booleans 0/1,
-- others' ids text. Sealed columns end in _box.

CREATE TABLE {p}mp_company (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    audit_seq INTEGER NOT NULL DEFAULT 0,   -- of its newest audit row: updated first, that is the lock
    audit_hash TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE {p}mp_user (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL REFERENCES {p}mp_company (id),
    email TEXT NOT NULL,            -- folded to lower case
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    all_stores INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,
    failed_sign_ins INTEGER NOT NULL DEFAULT 0,
    locked_until INTEGER NOT NULL DEFAULT 0,
    UNIQUE (email)
) STRICT;

CREATE TABLE {p}mp_session (
    id TEXT PRIMARY KEY,            -- random; named in the access token
    user_id INTEGER NOT NULL REFERENCES {p}mp_user (id),
    refresh_hash TEXT NOT NULL,     -- SHA-256 of the newest refresh token
    previous_hash TEXT,             -- the one before: its use is reuse, and ends the session
    refresh_box BLOB,               -- the newest token, sealed: given again when its reply was lost
    rotated_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    ended_why TEXT,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX {p}mp_session_refresh ON {p}mp_session (refresh_hash);
CREATE UNIQUE INDEX {p}mp_session_previous ON {p}mp_session (previous_hash);
CREATE INDEX {p}mp_session_user ON {p}mp_session (user_id, ended_at);
CREATE INDEX {p}mp_session_expires ON {p}mp_session (expires_at);

-- What the installation keeps of itself: the signing key, the key file's fingerprint, install id.
CREATE TABLE {p}mp_setting (
    name TEXT PRIMARY KEY,
    value TEXT,
    value_box BLOB
) STRICT;

-- A store: one seller's account on a marketplace.
CREATE TABLE {p}marketplace (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL REFERENCES {p}mp_company (id),
    marketplace TEXT NOT NULL,      -- connector key
    name TEXT NOT NULL,
    base_url TEXT NOT NULL,
    auth_type TEXT NOT NULL,
    creds_json BLOB NOT NULL,       -- sealed: {"name": "value"} of secret settings
    settings TEXT NOT NULL,         -- the open ones, JSON
    test_mode INTEGER NOT NULL,
    state TEXT NOT NULL,
    state_code TEXT,
    state_message TEXT,
    hook_id TEXT NOT NULL,          -- SHA-256 of the hook secret: how a callback finds its store
    hook_secret_box BLOB NOT NULL,
    hook_remote_id TEXT,
    quantity_ceiling INTEGER NOT NULL DEFAULT -1,   -- the most pieces the marketplace takes; -1: any
    created_at INTEGER NOT NULL,
    checked_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (company_id, name)
) STRICT;
CREATE UNIQUE INDEX {p}marketplace_hook ON {p}marketplace (hook_id);

CREATE TABLE {p}mp_user_store (
    user_id INTEGER NOT NULL REFERENCES {p}mp_user (id),
    store_id INTEGER NOT NULL REFERENCES {p}marketplace (id),
    PRIMARY KEY (user_id, store_id)
) STRICT;

CREATE TABLE {p}mp_product (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL REFERENCES {p}mp_company (id),
    title TEXT NOT NULL,
    brand TEXT NOT NULL,
    category TEXT NOT NULL,
    vat_ppm INTEGER NOT NULL,
    search TEXT NOT NULL,           -- folded title, brand, SKUs and barcodes (architecture, rule 16)
    sort_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX {p}mp_product_sort ON {p}mp_product (company_id, sort_key, id);
CREATE INDEX {p}mp_product_category ON {p}mp_product (company_id, category, sort_key, id);

CREATE TABLE {p}mp_variant (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL REFERENCES {p}mp_company (id),
    product_id INTEGER NOT NULL REFERENCES {p}mp_product (id),
    sku TEXT NOT NULL,
    barcode TEXT NOT NULL,
    name TEXT NOT NULL,
    price_e4 INTEGER NOT NULL,
    list_price_e4 INTEGER NOT NULL,
    cost_e4 INTEGER,                -- NULL: not given
    currency TEXT NOT NULL,
    safety_stock INTEGER NOT NULL DEFAULT 0,
    updated_at INTEGER NOT NULL,
    UNIQUE (company_id, sku)
) STRICT;
CREATE INDEX {p}mp_variant_product ON {p}mp_variant (product_id);
CREATE INDEX {p}mp_variant_barcode ON {p}mp_variant (company_id, barcode);

-- The stock row holds the variant's last sequence and hash; it is updated first, that is the lock.
CREATE TABLE {p}mp_stock (
    variant_id INTEGER PRIMARY KEY REFERENCES {p}mp_variant (id),
    company_id INTEGER NOT NULL,
    available INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    ledger_seq INTEGER NOT NULL,
    ledger_hash TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE {p}mp_ledger (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL REFERENCES {p}mp_variant (id),
    seq INTEGER NOT NULL,
    delta INTEGER NOT NULL,
    resulting INTEGER NOT NULL,
    cause TEXT NOT NULL,
    cause_key TEXT NOT NULL,
    note TEXT NOT NULL,
    user_id INTEGER NOT NULL,       -- 0: the system
    at INTEGER NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (variant_id, seq),
    UNIQUE (company_id, cause_key)
) STRICT;

-- A listing: one variant on one store.
CREATE TABLE {p}mp_product_map (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL REFERENCES {p}marketplace (id),
    product_id INTEGER NOT NULL REFERENCES {p}mp_product (id),
    variant_id INTEGER NOT NULL REFERENCES {p}mp_variant (id),
    remote_sku TEXT NOT NULL,
    remote_id TEXT,
    wanted_seq INTEGER NOT NULL DEFAULT 0,
    wanted_quantity INTEGER NOT NULL DEFAULT 0,
    wanted_price_e4 INTEGER NOT NULL DEFAULT 0,
    wanted_list_price_e4 INTEGER NOT NULL DEFAULT 0,
    currency TEXT NOT NULL,
    wanted_at INTEGER NOT NULL DEFAULT 0,
    wanted_trace TEXT,              -- the steps of the publishable quantity, JSON
    sent_seq INTEGER NOT NULL DEFAULT 0,
    sent_quantity INTEGER,
    sent_price_e4 INTEGER,
    sent_list_price_e4 INTEGER,
    sent_at INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,                   -- of sent_seq: accepted, refused, lost; NULL: none yet
    outcome_code TEXT,
    outcome_message TEXT,
    confirmed_seq INTEGER NOT NULL DEFAULT 0,
    confirmed_at INTEGER NOT NULL DEFAULT 0,
    seen_quantity INTEGER,
    seen_price_e4 INTEGER,
    seen_list_price_e4 INTEGER,
    seen_at INTEGER NOT NULL DEFAULT 0,
    drift_since INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    -- listing_sync_of() in SQL: never stored, but indexed, so that the rare ones are found among many.
    sync TEXT GENERATED ALWAYS AS (CASE
        WHEN outcome = 'lost' THEN 'unknown'
        WHEN drift_since <> 0 THEN 'drifted'
        WHEN wanted_seq > sent_seq THEN 'waiting'
        WHEN outcome = 'refused' THEN 'refused'
        WHEN sent_seq = 0 THEN 'unseen'
        WHEN confirmed_seq >= sent_seq THEN 'in_sync'
        ELSE 'sent' END) VIRTUAL,
    UNIQUE (store_id, remote_sku),
    UNIQUE (store_id, variant_id)
) STRICT;
CREATE INDEX {p}mp_product_map_variant ON {p}mp_product_map (variant_id);
CREATE INDEX {p}mp_product_map_company ON {p}mp_product_map (company_id, id);
CREATE INDEX {p}mp_product_map_store ON {p}mp_product_map (store_id, id);
CREATE INDEX {p}mp_product_map_company_sync ON {p}mp_product_map (company_id, sync, id);
CREATE INDEX {p}mp_product_map_store_sync ON {p}mp_product_map (store_id, sync, id);
-- Only what waits: the push job's question.
CREATE INDEX {p}mp_product_map_marked ON {p}mp_product_map (store_id, wanted_at)
    WHERE wanted_seq > sent_seq;

-- One push to a marketplace and what each item carried: results write `sent` only for their own seq.
CREATE TABLE {p}mp_push (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL REFERENCES {p}marketplace (id),
    state TEXT NOT NULL,            -- open (about to be sent), sent, done, refused, unknown
    body_digest TEXT NOT NULL,      -- of the items in order: the repeated-body rule
    batch_id TEXT,
    items INTEGER NOT NULL,
    refused_items INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    sent_at INTEGER NOT NULL DEFAULT 0,
    next_poll_at INTEGER NOT NULL DEFAULT 0,
    polls INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX {p}mp_push_open ON {p}mp_push (store_id, state, next_poll_at);
CREATE INDEX {p}mp_push_ended ON {p}mp_push (ended_at) WHERE ended_at > 0;
CREATE INDEX {p}mp_push_digest ON {p}mp_push (store_id, body_digest, created_at);
CREATE TABLE {p}mp_push_item (
    push_id INTEGER NOT NULL REFERENCES {p}mp_push (id),
    listing_id INTEGER NOT NULL REFERENCES {p}mp_product_map (id),
    seq INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    price_e4 INTEGER NOT NULL,
    list_price_e4 INTEGER NOT NULL,
    outcome TEXT,
    PRIMARY KEY (push_id, listing_id)
) STRICT;
CREATE INDEX {p}mp_push_item_listing ON {p}mp_push_item (listing_id, push_id);

-- Raw payloads: stored first, then understood.
CREATE TABLE {p}mp_order_raw (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL REFERENCES {p}marketplace (id),
    source TEXT NOT NULL,           -- webhook, poll
    dedupe_key TEXT NOT NULL,
    payload_box BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL,            -- new, done, failed
    tries INTEGER NOT NULL DEFAULT 0,
    error_code TEXT,
    error_message TEXT,
    UNIQUE (store_id, dedupe_key)
) STRICT;
CREATE INDEX {p}mp_order_raw_new ON {p}mp_order_raw (store_id, id) WHERE state = 'new';
CREATE INDEX {p}mp_order_raw_failed ON {p}mp_order_raw (company_id, id) WHERE state = 'failed';

CREATE TABLE {p}mp_order_map (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL REFERENCES {p}marketplace (id),
    remote_number TEXT NOT NULL,
    status TEXT NOT NULL,
    is_short INTEGER NOT NULL DEFAULT 0,    -- a line's stock could not be taken
    is_unmapped INTEGER NOT NULL DEFAULT 0, -- a line waits for its mapping
    ordered_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,           -- the marketplace's newest
    ship_by INTEGER NOT NULL DEFAULT 0,
    total_e4 INTEGER NOT NULL,
    currency TEXT NOT NULL,
    buyer_masked TEXT NOT NULL,
    buyer_box BLOB,                         -- sealed name and addresses
    received_at INTEGER NOT NULL,
    report TEXT,
    UNIQUE (store_id, remote_number)
) STRICT;
CREATE INDEX {p}mp_order_map_company ON {p}mp_order_map (company_id, ordered_at, id);
CREATE INDEX {p}mp_order_map_status ON {p}mp_order_map (company_id, status, ordered_at, id);
CREATE INDEX {p}mp_order_map_store ON {p}mp_order_map (store_id, ordered_at, id);
CREATE INDEX {p}mp_order_map_number ON {p}mp_order_map (company_id, remote_number);
CREATE INDEX {p}mp_order_map_attention ON {p}mp_order_map (company_id, ordered_at, id)
    WHERE is_short = 1 OR is_unmapped = 1;

CREATE TABLE {p}mp_order_package (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL REFERENCES {p}mp_order_map (id),
    remote_package_id TEXT NOT NULL,
    origin_package_ids TEXT NOT NULL,
    status TEXT NOT NULL,
    remote_status TEXT NOT NULL,
    modified_at INTEGER NOT NULL,
    carrier TEXT NOT NULL,
    tracking_number TEXT NOT NULL,
    tracking_url TEXT NOT NULL,
    total_e4 INTEGER NOT NULL,              -- in the order's currency
    UNIQUE (store_id, remote_package_id)
) STRICT;
CREATE INDEX {p}mp_order_package_order ON {p}mp_order_package (order_id);
CREATE INDEX {p}mp_order_package_tracking ON {p}mp_order_package (company_id, tracking_number)
    WHERE tracking_number <> '';

-- What a package's newest news said of a line. How many pieces of a line stand against stock follows
-- from all of them (domain/order_standing.h): packages are re-issued under new ids.
CREATE TABLE {p}mp_order_part (
    order_id INTEGER NOT NULL,
    package_id INTEGER NOT NULL REFERENCES {p}mp_order_package (id),
    remote_line_id TEXT NOT NULL,
    remote_sku TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    status TEXT NOT NULL,
    is_cancelled INTEGER NOT NULL,
    has_left INTEGER NOT NULL,              -- shipped: no longer reserved
    PRIMARY KEY (order_id, package_id, remote_line_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE {p}mp_order_line (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL REFERENCES {p}mp_order_map (id),
    package_id INTEGER NOT NULL REFERENCES {p}mp_order_package (id),
    remote_line_id TEXT NOT NULL,
    remote_sku TEXT NOT NULL,
    listing_id INTEGER,
    variant_id INTEGER,             -- NULL: unmapped
    title TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,  -- pieces that stand against available now
    reserved INTEGER NOT NULL DEFAULT 0, -- of these: not yet shipped; their sum is the stock row's
    takes INTEGER NOT NULL DEFAULT 0,  -- movements so far: part of the cause key
    is_short INTEGER NOT NULL DEFAULT 0,
    unit_price_e4 INTEGER NOT NULL,
    unit_discount_e4 INTEGER NOT NULL,
    currency TEXT NOT NULL,
    vat_ppm INTEGER NOT NULL,
    commission_ppm INTEGER NOT NULL,
    status TEXT NOT NULL,
    remote_status TEXT NOT NULL,
    is_cancelled INTEGER NOT NULL,
    UNIQUE (order_id, remote_line_id)
) STRICT;
CREATE INDEX {p}mp_order_line_variant ON {p}mp_order_line (variant_id, order_id);
CREATE INDEX {p}mp_order_line_reserved ON {p}mp_order_line (variant_id, reserved)
    WHERE reserved > 0;
CREATE INDEX {p}mp_order_line_unmapped ON {p}mp_order_line (company_id, remote_sku)
    WHERE variant_id IS NULL;

-- The order's time line.
CREATE TABLE {p}mp_order_event (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL REFERENCES {p}mp_order_map (id),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,             -- received, stock_taken, short, unmapped, status, cancelled, ...
    detail TEXT NOT NULL,           -- JSON
    user_id INTEGER NOT NULL,
    call_id INTEGER NOT NULL
) STRICT;
CREATE INDEX {p}mp_order_event_order ON {p}mp_order_event (order_id, id);

-- Work to be done: written in the transaction of the fact that needs it. One open job per key.
CREATE TABLE {p}mp_job (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL DEFAULT 0,    -- 0: of no store
    kind TEXT NOT NULL,
    lane TEXT NOT NULL,
    open_key TEXT,                          -- NULL when done; a dead job keeps its own
    payload TEXT NOT NULL,                  -- JSON
    state TEXT NOT NULL,                    -- waiting, running, done, dead
    again INTEGER NOT NULL DEFAULT 0,       -- asked for while it ran: run once more
    run_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    lease_owner TEXT,
    lease_until INTEGER NOT NULL DEFAULT 0,
    error_kind TEXT,
    error_code TEXT,
    error_message TEXT,
    result TEXT,                            -- JSON, for jobs a person waits for
    created_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX {p}mp_job_key ON {p}mp_job (open_key) WHERE open_key IS NOT NULL;
-- With store_id and state, so that a claim passes over busy stores without reading their rows.
CREATE INDEX {p}mp_job_due ON {p}mp_job (lane, run_at, id, store_id, state) WHERE state = 'waiting';
CREATE INDEX {p}mp_job_store_due ON {p}mp_job (lane, store_id, run_at, id, state) WHERE state = 'waiting';
CREATE INDEX {p}mp_job_running ON {p}mp_job (lease_until, lane) WHERE state = 'running';
CREATE INDEX {p}mp_job_dead ON {p}mp_job (state, company_id, id) WHERE state = 'dead';
CREATE INDEX {p}mp_job_company ON {p}mp_job (company_id, id);
CREATE INDEX {p}mp_job_state ON {p}mp_job (company_id, state, id);
CREATE INDEX {p}mp_job_store ON {p}mp_job (store_id, id);
CREATE INDEX {p}mp_job_ended ON {p}mp_job (ended_at) WHERE ended_at > 0;

-- Before a write goes out its attempt is committed; one without outcome after a restart is unknown.
CREATE TABLE {p}mp_attempt (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    job_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,           -- what it changes: "push:17", "package:3853354001"
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,                   -- done, refused, unknown, unsent; NULL: under way
    error_code TEXT,
    error_message TEXT,
    call_id INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX {p}mp_attempt_open ON {p}mp_attempt (job_id) WHERE outcome IS NULL;
CREATE INDEX {p}mp_attempt_target ON {p}mp_attempt (store_id, target, id);

CREATE TABLE {p}mp_schedule (
    store_id INTEGER NOT NULL REFERENCES {p}marketplace (id),
    purpose TEXT NOT NULL,          -- orders, sweep, hooks
    company_id INTEGER NOT NULL,
    every_ms INTEGER NOT NULL,
    next_run_at INTEGER NOT NULL,
    is_paused INTEGER NOT NULL DEFAULT 0,
    last_run_at INTEGER NOT NULL DEFAULT 0,
    last_ok_at INTEGER NOT NULL DEFAULT 0,
    last_result TEXT,
    resume_cursor TEXT,
    PRIMARY KEY (store_id, purpose)
) STRICT;
CREATE INDEX {p}mp_schedule_due ON {p}mp_schedule (next_run_at) WHERE is_paused = 0;

-- Every request to a marketplace and its answer, secrets masked before they are sealed.
CREATE TABLE {p}mp_api_call (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    job_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    status INTEGER NOT NULL,        -- 0: no reply
    took_ms INTEGER NOT NULL,
    error_kind TEXT,
    error_code TEXT,
    error_message TEXT,
    request_bytes INTEGER NOT NULL,
    reply_bytes INTEGER NOT NULL,
    request_box BLOB NOT NULL,      -- headers and body, JSON
    reply_box BLOB NOT NULL,
    about TEXT NOT NULL             -- folded words to find it by: SKUs, order number, batch id
) STRICT;
CREATE INDEX {p}mp_api_call_company ON {p}mp_api_call (company_id, id);
CREATE INDEX {p}mp_api_call_store ON {p}mp_api_call (store_id, id);
CREATE INDEX {p}mp_api_call_job ON {p}mp_api_call (job_id, id);
CREATE INDEX {p}mp_api_call_failed ON {p}mp_api_call (company_id, id) WHERE status = 0 OR status >= 400;

-- What changed, for the panel: resumed by id.
CREATE TABLE {p}mp_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    company_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,      -- 0: of no store
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,             -- order.new, order.changed, stock.changed, listing.changed, fault.opened ...
    subject_id INTEGER NOT NULL,
    data TEXT NOT NULL              -- JSON, small, no personal data
) STRICT;
CREATE INDEX {p}mp_event_company ON {p}mp_event (company_id, id);

-- What needs a person; one open per key.
CREATE TABLE {p}mp_fault (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    open_key TEXT,
    kind TEXT NOT NULL,             -- store.credentials, order.short, order.unmapped, listing.refused, ...
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    args TEXT NOT NULL,             -- JSON of the code's words
    subject_id INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    closed_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX {p}mp_fault_key ON {p}mp_fault (company_id, open_key) WHERE open_key IS NOT NULL;
CREATE INDEX {p}mp_fault_open ON {p}mp_fault (company_id, closed_at, id);
CREATE INDEX {p}mp_fault_company ON {p}mp_fault (company_id, id);
CREATE INDEX {p}mp_fault_unseen ON {p}mp_fault (kind, last_at) WHERE closed_at = 0;
CREATE INDEX {p}mp_fault_closed ON {p}mp_fault (closed_at) WHERE closed_at > 0;

-- Who did what, chained per company.
CREATE TABLE {p}mp_audit (
    id INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,           -- JSON: before and after
    hash TEXT NOT NULL,
    UNIQUE (company_id, seq)
) STRICT;

-- Replies kept for a repeated Idempotency-Key.
CREATE TABLE {p}mp_idempotency (
    user_id INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    status INTEGER NOT NULL,        -- 0: still running
    reply TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user_id, idempotency_key)
) STRICT;
CREATE INDEX {p}mp_idempotency_at ON {p}mp_idempotency (at);
