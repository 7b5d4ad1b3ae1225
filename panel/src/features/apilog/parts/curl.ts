import type { S } from '../../../shared/api/types';

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request as a command to try by hand; what was masked stays masked and must be filled in. */
export const curlOf = ({ call, request }: S['CallDetail']) =>
  [
    `curl -X ${call.method} ${quoted(call.url)}`,
    ...request.headers.map(({ name, value }) => `  -H ${quoted(`${name}: ${value}`)}`),
    ...(request.body ? [`  --data-raw ${quoted(request.body)}`] : []),
  ].join(' \\\n');
