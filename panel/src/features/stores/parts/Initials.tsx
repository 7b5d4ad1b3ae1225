/** Two letters stand for a marketplace: we carry nobody's logo. */
export const Initials = ({ name }: { name: string }) => (
  <span className="b-initials" aria-hidden>
    {name.slice(0, 2).toLocaleUpperCase('tr')}
  </span>
);
