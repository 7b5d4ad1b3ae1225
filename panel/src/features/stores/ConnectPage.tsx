import { Stepper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '../../shared/api/session';
import { marketplacesQuery } from '../../shared/api/stores';
import type { S } from '../../shared/api/types';
import { EmptyState, Loaded, Page, usePhone } from '../../shared/ui';
import { IconArrowLeft, IconLock } from '../../shared/ui/icons';
import { CheckStep } from './parts/CheckStep';
import { DoneStep } from './parts/DoneStep';
import { KeysStep } from './parts/KeysStep';
import { MarketplaceStep } from './parts/MarketplaceStep';

/** Connecting a store: marketplace → keys → live check with each real answer → first sync. */
export function ConnectPage() {
  const { t } = useTranslation('stores');
  const may = useMay();
  const me = useMe();
  const marketplaces = useQuery(marketplacesQuery);
  // A simulator's marketplace is for those who build connectors, not for a real shop.
  const isOffered = ({ key }: S['Marketplace']) =>
    key !== 'demo' || me?.environment === 'development';
  return (
    <Page
      title={t('wizard.title')}
      back={
        <Link to="/stores" className="b-back">
          <IconArrowLeft size={14} className="b-flip" aria-hidden /> {t('title')}
        </Link>
      }
    >
      {may('edit_stores') ? (
        <Loaded query={marketplaces}>
          {({ items }) => <Wizard marketplaces={items.filter(isOffered)} />}
        </Loaded>
      ) : (
        <EmptyState icon={IconLock} title={t('forbidden')} hint={t('forbiddenHint')} />
      )}
    </Page>
  );
}

const STEP = { marketplace: 0, keys: 1, check: 2, done: 3 } as const;
type Step = keyof typeof STEP;

function Wizard({ marketplaces }: { marketplaces: S['Marketplace'][] }) {
  const { t } = useTranslation('stores');
  const phone = usePhone();
  const [step, setStep] = useState<Step>('marketplace');
  const [chosen, setChosen] = useState<S['Marketplace'] | undefined>(marketplaces[0]);
  const [created, setCreated] = useState<{ store: S['Store']; job: S['Job'] }>();

  return (
    <div className="b-card b-card-body">
      <Stepper
        active={STEP[step]}
        size="sm"
        mb="lg"
        orientation={phone ? 'vertical' : 'horizontal'}
        aria-label={t('wizard.title')}
      >
        <Stepper.Step label={t('wizard.marketplace')} />
        <Stepper.Step label={t('wizard.keys')} />
        <Stepper.Step label={t('wizard.check')} />
        <Stepper.Step label={t('wizard.done')} />
      </Stepper>
      {step === 'marketplace' && (
        <MarketplaceStep
          marketplaces={marketplaces}
          chosen={chosen}
          onChoose={setChosen}
          onNext={() => setStep('keys')}
        />
      )}
      {step === 'keys' && chosen && (
        <KeysStep
          marketplace={chosen}
          store={created?.store}
          onBack={() => setStep('marketplace')}
          onSaved={(store, job) => {
            setCreated({ store, job });
            setStep('check');
          }}
        />
      )}
      {step === 'check' && created && (
        <CheckStep
          key={created.job.id}
          store={created.store}
          job={created.job}
          onMend={() => setStep('keys')}
          onNext={() => setStep('done')}
        />
      )}
      {step === 'done' && created && <DoneStep store={created.store} />}
    </div>
  );
}
