import { zodResolver } from '@hookform/resolvers/zod';
import { Button, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { signIn } from '../../shared/api/session';
import { LANGS, setLang } from '../../shared/lib/lang';
import { useErrorText } from '../../shared/lib/sentence';
import { z } from '../../shared/lib/z';
import { Notice } from '../../shared/ui/Notice';
import { loginRoute } from './routes';

const schema = z.object({ email: z.email(), password: z.string().check(z.minLength(1)) });

export function LoginPage() {
  const { t } = useTranslation('session');
  useDocumentTitle(`${t('title')} · Bedesten`);
  const navigate = useNavigate();
  const errorText = useErrorText();
  const { next } = loginRoute.useSearch();
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { email: '', password: '' },
  });
  const { errors } = form.formState;
  const entry = useMutation({
    mutationFn: signIn,
    onSuccess: () => navigate({ href: next ?? '/', replace: true }),
    onError: () => form.setFocus('password', { shouldSelect: true }),
  });
  return (
    <main className="b-login">
      <div className="b-card b-login-card">
        <Stack gap={4} mb="lg">
          <img src="/favicon.svg" alt="" width={36} height={36} />
          <Title order={1} mt="xs">
            {t('title')}
          </Title>
          <Text c="dimmed">{t('product')}</Text>
        </Stack>
        <form onSubmit={form.handleSubmit((values) => entry.mutate(values))} noValidate>
          <Stack gap="sm">
            {entry.isError && (
              <Notice tone="bad" role="alert">
                {errorText(entry.error)}
              </Notice>
            )}
            <TextInput
              label={t('email')}
              type="email"
              autoComplete="username"
              autoFocus
              {...form.register('email')}
              error={errors.email && t('emailWrong')}
            />
            <PasswordInput
              label={t('password')}
              autoComplete="current-password"
              {...form.register('password')}
              error={errors.password && t('passwordEmpty')}
              visibilityToggleButtonProps={{ 'aria-label': t('passwordShow') }}
            />
            <Button type="submit" loading={entry.isPending} fullWidth mt="xs">
              {t('submit')}
            </Button>
          </Stack>
        </form>
        <Languages />
      </div>
    </main>
  );
}

const NAMES = { tr: 'Türkçe', en: 'English' } as const;

function Languages() {
  const { t, i18n } = useTranslation('session');
  return (
    <Group gap={4} mt="lg" justify="center" role="group" aria-label={t('language')}>
      {LANGS.map((lang) => (
        <Button
          key={lang}
          size="compact-sm"
          variant={i18n.language === lang ? 'light' : 'subtle'}
          color={i18n.language === lang ? undefined : 'gray'}
          aria-pressed={i18n.language === lang}
          lang={lang}
          onClick={() => void setLang(lang)}
        >
          {NAMES[lang]}
        </Button>
      ))}
    </Group>
  );
}
