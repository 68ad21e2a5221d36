/** A line over time. The library is loaded with the first chart. */
import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';
import { grouped } from './format';
import { useTheme } from './theme';

const HEIGHT = 220;

export function TimeChart({
  name,
  times,
  values,
}: {
  /** What the line is, for the legend and for who cannot see it. */
  readonly name: string;
  /** RFC 3339, ascending. */
  readonly times: readonly string[];
  readonly values: readonly string[];
}) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const theme = useTheme((state) => state.theme);
  const data: uPlot.AlignedData = [
    times.map((at) => Date.parse(at) / 1_000),
    values.map((value) => Number(value)),
  ];
  const latest = useRef(data);
  latest.current = data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme's colours are read once a plot
  useEffect(() => {
    const target = box.current;
    if (target === null) return;
    let gone = false;
    const watcher = new ResizeObserver(() =>
      plot.current?.setSize({ width: target.clientWidth, height: HEIGHT }),
    );
    void import('uplot').then(({ default: Plot }) => {
      if (gone) return;
      plot.current = new Plot(optionsIn(target, name), latest.current, target);
      watcher.observe(target);
    });
    return () => {
      gone = true;
      watcher.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [name, theme]);

  useEffect(() => plot.current?.setData(latest.current));

  const first = values[0];
  const last = values.at(-1);
  return (
    <div
      ref={box}
      role="img"
      aria-label={`${name}: ${first} → ${last}`}
      className="min-h-[220px] w-full min-w-0 overflow-hidden"
    />
  );
}

function optionsIn(target: HTMLElement, name: string): uPlot.Options {
  const style = getComputedStyle(target);
  const colour = (token: string) => style.getPropertyValue(token).trim();
  const axis = {
    stroke: colour('--c-muted'),
    grid: { stroke: colour('--c-line'), width: 1 },
    ticks: { stroke: colour('--c-line'), width: 1 },
  };
  return {
    width: target.clientWidth,
    height: HEIGHT,
    tzDate: (seconds) => new Date(seconds * 1_000 + new Date().getTimezoneOffset() * 60_000),
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    axes: [
      { ...axis, space: 70, values: (_, ticks) => clockOf(ticks) },
      { ...axis, size: 76, values: (_, ticks) => ticks.map((tick) => grouped(String(tick))) },
    ],
    series: [{}, { label: name, stroke: colour('--c-accent'), width: 2 }],
  };
}

/** UTC, as everywhere: the hour of each tick, and the day under the first and where it changes. */
function clockOf(seconds: readonly number[]): string[] {
  let known = '';
  return seconds.map((each) => {
    const [day = '', time = ''] = new Date(each * 1_000).toISOString().split('T');
    const changed = day !== known;
    known = day;
    return changed ? `${time.slice(0, 5)}\n${day.slice(5)}` : time.slice(0, 5);
  });
}
