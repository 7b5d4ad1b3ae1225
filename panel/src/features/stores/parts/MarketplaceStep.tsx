import { Button, Stack, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { EmptyState } from '../../../shared/ui';
import { Initials } from './Initials';

interface MarketplaceStepProps {
  marketplaces: S['Marketplace'][];
  chosen: S['Marketplace'] | undefined;
  onChoose: (marketplace: S['Marketplace']) => void;
  onNext: () => void;
}

export function MarketplaceStep({ marketplaces, chosen, onChoose, onNext }: MarketplaceStepProps) {
  const { t } = useTranslation('stores');
  if (marketplaces.length === 0) return <EmptyState title={t('wizard.noMarketplaces')} />;
  return (
    <Stack className="b-form" gap="md">
      <Stack gap="xs" role="radiogroup" aria-label={t('wizard.marketplace')}>
        {marketplaces.map((marketplace) => (
          <UnstyledButton
            key={marketplace.key}
            role="radio"
            aria-checked={chosen?.key === marketplace.key}
            className="b-card b-choice"
            onClick={() => onChoose(marketplace)}
          >
            <Initials name={marketplace.title} />
            <span>
              <strong>{marketplace.title}</strong>
              <div className="b-dim">
                {marketplace.abilities.map((ability) => t(`ability.${ability}`)).join(' · ')}
              </div>
            </span>
          </UnstyledButton>
        ))}
      </Stack>
      <div>
        <Button onClick={onNext} disabled={!chosen}>
          {t('wizard.next')}
        </Button>
      </div>
    </Stack>
  );
}
