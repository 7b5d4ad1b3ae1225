import { Checkbox, PasswordInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { isApiError } from '../../../shared/api/errors';
import { isLang } from '../../../shared/lib/lang';
import { useErrorText } from '../../../shared/lib/sentence';

export interface StoreValues {
  name: string;
  baseUrl: string;
  testMode: boolean;
  settings: Record<string, string>;
}

type Setting = S['Marketplace']['settings'][number];

export const emptyValues = (
  marketplace: S['Marketplace'],
  store: S['Store'] | undefined,
): StoreValues => ({
  name: store?.name ?? '',
  baseUrl: store && store.base_url !== marketplace.base_url ? store.base_url : '',
  testMode: store?.test_mode ?? false,
  settings: Object.fromEntries(
    marketplace.settings.map(({ name, choices }) => [name, choices[0] ?? '']),
  ),
});

/** What is sent: fields left empty are left out, so that a kept secret stays. */
export const settingsOf = ({ settings }: StoreValues) =>
  Object.fromEntries(
    Object.entries(settings)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );

export const isFilled = (marketplace: S['Marketplace'], values: StoreValues, known: boolean) =>
  values.name.trim() !== '' &&
  (known ||
    marketplace.settings.every(({ name, required }) => !required || values.settings[name]?.trim()));

const ALERT = { role: 'alert' };

/* The API names a setting as `settings.seller_id`. */
const fieldOf = (error: unknown) =>
  isApiError(error) ? (error.field ?? error.args.field) : undefined;

/** The error belongs to a field of the form, which shows it. */
export const isAtField = (marketplace: S['Marketplace'], error: unknown) => {
  const field = fieldOf(error);
  return (
    field === 'name' ||
    field === 'base_url' ||
    marketplace.settings.some(({ name }) => field === `settings.${name}`)
  );
};

interface StoreFieldsProps {
  marketplace: S['Marketplace'];
  values: StoreValues;
  onChange: (values: StoreValues) => void;
  showMissing: boolean;
  /** The store exists: an empty field keeps what it had. */
  known: boolean;
  /** What the API said when it was sent. */
  error: unknown;
}

/** The fields as the connector describes them. */
export function StoreFields(props: StoreFieldsProps) {
  const { marketplace, values, onChange, showMissing, known, error } = props;
  const { t, i18n } = useTranslation('stores');
  const lang = isLang(i18n.language) ? i18n.language : 'en';
  const errorText = useErrorText();
  const said = (field: string) => (fieldOf(error) === field ? errorText(error) : undefined);
  const missing = (value: string | undefined, required: boolean) =>
    showMissing && required && !value?.trim() ? t('field.missing') : undefined;
  return (
    <>
      <TextInput
        label={t('field.name')}
        description={t('field.nameHelp')}
        required
        maxLength={80}
        value={values.name}
        onChange={(event) => onChange({ ...values, name: event.currentTarget.value })}
        error={missing(values.name, true) ?? said('name')}
        errorProps={ALERT}
        data-autofocus
      />
      {marketplace.settings.map((setting) => (
        <Field
          key={setting.name}
          setting={setting}
          lang={lang}
          value={values.settings[setting.name] ?? ''}
          required={setting.required && !known}
          error={
            missing(values.settings[setting.name], setting.required && !known) ??
            said(`settings.${setting.name}`)
          }
          placeholder={known && setting.kind === 'secret' ? t('field.kept') : undefined}
          onChange={(value) =>
            onChange({ ...values, settings: { ...values.settings, [setting.name]: value } })
          }
        />
      ))}
      <TextInput
        label={t('field.baseUrl')}
        description={t('field.baseUrlHelp', { url: marketplace.base_url })}
        placeholder={marketplace.base_url}
        type="url"
        error={said('base_url')}
        errorProps={ALERT}
        value={values.baseUrl}
        onChange={(event) => onChange({ ...values, baseUrl: event.currentTarget.value })}
      />
      <Checkbox
        label={t('field.testMode')}
        description={t('field.testModeHelp')}
        checked={values.testMode}
        onChange={(event) => onChange({ ...values, testMode: event.currentTarget.checked })}
      />
    </>
  );
}

interface FieldProps {
  setting: Setting;
  lang: 'tr' | 'en';
  value: string;
  required: boolean;
  error: string | undefined;
  placeholder: string | undefined;
  onChange: (value: string) => void;
}

function Field({ setting, lang, onChange, ...rest }: FieldProps) {
  const { t } = useTranslation('stores');
  const common = {
    label: setting.title[lang],
    description: setting.help[lang] || undefined,
    ...rest,
    errorProps: ALERT,
  };
  if (setting.kind === 'choice')
    return (
      <Select
        {...common}
        data={setting.choices}
        allowDeselect={false}
        onChange={(value) => onChange(value ?? '')}
      />
    );
  if (setting.kind === 'secret')
    return (
      <PasswordInput
        {...common}
        autoComplete="off"
        onChange={(event) => onChange(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('field.show', { what: common.label }) }}
      />
    );
  return (
    <TextInput
      {...common}
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
