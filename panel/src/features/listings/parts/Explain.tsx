import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../shared/lib/format';
import { Count, Loaded } from '../../../shared/ui';
import { explainQuery } from '../api';

/** How the wanted quantity came about, step by step, each with its number. */
export function Explain({ id }: { id: string }) {
  const { t } = useTranslation('listings');
  const format = useFormat();
  const explained = useQuery(explainQuery(id));
  return (
    <Loaded query={explained} lines={3}>
      {({ steps }) => (
        <table className="b-plain">
          <thead>
            <tr>
              <th scope="col">{t('explain.step')}</th>
              <th scope="col" className="b-num">
                {t('explain.change')}
              </th>
              <th scope="col" className="b-num">
                {t('explain.result')}
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <tr key={step.name}>
                <td>{t(`explain.${step.name}`)}</td>
                <td className="b-num">{step.change === 0 ? '' : format.signed(step.change)}</td>
                <td className="b-num">
                  <Count n={step.result} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Loaded>
  );
}
