/** The titles of a small table; columns of words stand left, those of figures right. */
export interface Column {
  readonly title: string;
  readonly words?: boolean;
}

export function TableHead({
  columns,
  className = '',
}: {
  readonly columns: readonly Column[];
  readonly className?: string;
}) {
  return (
    <thead className={`text-xs text-muted ${className}`}>
      <tr>
        {columns.map(({ title, words = false }) => (
          <th key={title} scope="col" className={`py-1 font-medium ${words ? 'text-left' : ''}`}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}
