/** Rows that can be sorted, searched, saved as CSV; however many, only those in sight are drawn. */
import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getFilteredRowModel,
  getSortedRowModel,
  type Row,
  type SortingState,
  useReactTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { saveCsv } from './csv';

export interface Column<T> {
  readonly id: string;
  readonly title: string;
  /** What is sorted by, searched and saved. Decimals as they came: they are compared as numbers. */
  readonly value: (row: T) => string;
  /** What is shown; the value where there is nothing else. */
  readonly cell?: (row: T) => ReactNode;
  readonly numeric?: boolean;
}

const ROW = 37;

function comparing<T>(column: Column<T>) {
  return (a: Row<T>, b: Row<T>): number => {
    const [left, right] = [column.value(a.original), column.value(b.original)];
    if (column.numeric) return toNumber(left) - toNumber(right);
    return left.localeCompare(right);
  };
}

/** Only the order is computed with it; empty values come last. */
function toNumber(text: string): number {
  return text === '' ? Number.NEGATIVE_INFINITY : Number(text);
}

export function DataTable<T>({
  name,
  rows,
  columns,
  keyOf,
  empty,
  tools,
  sortedBy,
  height = 'max-h-[65vh]',
}: {
  /** What the table is, for who cannot see it; also the CSV's file name. */
  readonly name: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T) => string;
  readonly empty: ReactNode;
  readonly tools?: ReactNode;
  readonly sortedBy?: { readonly id: string; readonly desc: boolean };
  readonly height?: string;
}) {
  const { t } = useTranslation();
  const [sorting, setSorting] = useState<SortingState>(sortedBy ? [{ ...sortedBy }] : []);
  const [search, setSearch] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const table = useReactTable<T>({
    data: rows as T[],
    columns: columns.map(
      (column): ColumnDef<T, string> => ({
        id: column.id,
        header: column.title,
        accessorFn: column.value,
        cell: ({ row }) => (column.cell ? column.cell(row.original) : column.value(row.original)),
        sortingFn: comparing(column),
        sortDescFirst: column.numeric ?? false,
      }),
    ),
    getRowId: keyOf,
    state: { sorting, globalFilter: search },
    onSortingChange: setSorting,
    onGlobalFilterChange: setSearch,
    globalFilterFn: 'includesString',
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getFilteredRowModel: getFilteredRowModel(),
  });
  const found = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: found.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
    initialRect: { width: 0, height: 600 },
  });
  const drawn = virtual.getVirtualItems();
  const above = drawn[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (drawn.at(-1)?.end ?? 0);
  if (rows.length === 0) return empty;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <input
          type="search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          placeholder={t('search')}
          aria-label={t('search_in', { name })}
          className="min-w-0 flex-1 rounded-md border border-line bg-page px-2 py-1 sm:max-w-xs"
        />
        <span className="text-xs text-muted" role="status">
          {t('rows', { count: found.length })}
        </span>
        <Button
          look="quiet"
          onClick={() =>
            saveCsv(
              name,
              columns.map((column) => column.title),
              found.map((row) => columns.map((column) => column.value(row.original))),
            )
          }
        >
          CSV
        </Button>
        {tools}
      </div>
      <section
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        aria-label={name}
        className={`overflow-auto rounded-md border border-line ${height}`}
      >
        <table className="w-full border-collapse text-left" aria-rowcount={found.length + 1}>
          <thead className="sticky top-0 z-10 bg-raised">
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header, place) => {
                  const sorted = header.column.getIsSorted();
                  return (
                    <th
                      key={header.id}
                      scope="col"
                      aria-sort={
                        sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'
                      }
                      className={`py-1 text-xs font-medium ${columns[place]?.numeric ? 'text-right' : ''}`}
                    >
                      <button
                        type="button"
                        onClick={header.column.getToggleSortingHandler()}
                        className="rounded px-2 py-1 text-muted [text-align:inherit] hover:text-text"
                      >
                        {flexRender(header.column.columnDef.header, header.getContext())}
                        <span aria-hidden="true">
                          {sorted === 'asc' ? ' ↑' : sorted === 'desc' ? ' ↓' : ''}
                        </span>
                      </button>
                    </th>
                  );
                })}
              </tr>
            ))}
          </thead>
          <tbody>
            {above > 0 ? (
              <tr>
                <td colSpan={columns.length} style={{ height: above }} />
              </tr>
            ) : null}
            {drawn.map((item) => {
              const row = found[item.index];
              if (row === undefined) return null;
              return (
                <tr
                  key={row.id}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  aria-rowindex={item.index + 2}
                  className="border-t border-line hover:bg-raised"
                >
                  {row.getVisibleCells().map((cell, place) => (
                    <td
                      key={cell.id}
                      className={`px-2 py-1.5 ${columns[place]?.numeric ? 'text-right' : ''}`}
                    >
                      {flexRender(cell.column.columnDef.cell, cell.getContext())}
                    </td>
                  ))}
                </tr>
              );
            })}
            {below > 0 ? (
              <tr>
                <td colSpan={columns.length} style={{ height: below }} />
              </tr>
            ) : null}
          </tbody>
        </table>
        {found.length === 0 ? (
          <p className="p-4 text-center text-muted">{t('nothing_found')}</p>
        ) : null}
      </section>
    </div>
  );
}
