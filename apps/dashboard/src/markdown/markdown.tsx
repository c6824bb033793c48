import { Fragment, type ReactNode, useMemo } from 'react';
import { printable } from '../format/printable.ts';
import { Scroll } from '../ui/scroll.tsx';
import { readMarkdown } from './read-markdown.ts';
import type { Block, Inline } from './tree.ts';

/** Headings of a text stand below those of the page, and none is skipped. */
const LEVEL_MIN = 3;
const LEVEL_MAX = 6;

/** Markdown of strangers, drawn from a tree that knows no HTML. */
export function Markdown({ text }: { readonly text: string }) {
  const blocks = useMemo(() => readMarkdown(text), [text]);
  if (blocks === null) return <pre className="plain">{printable(text)}</pre>;
  return (
    <div className="markdown outside" dir="auto">
      <Blocks blocks={blocks} />
    </div>
  );
}

function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  let last = LEVEL_MIN - 1;
  return blocks.map((block, index) => {
    if (block.kind === 'heading') last = Math.min(LEVEL_MIN + block.level - 1, last + 1, LEVEL_MAX);
    // Texts do not change place: one that is new is drawn anew as a whole.
    return <Fragment key={index}>{drawBlock(block, last)}</Fragment>;
  });
}

function drawBlock(block: Block, level: number): ReactNode {
  switch (block.kind) {
    case 'heading':
      return <Heading level={level}>{drawInlines(block.content)}</Heading>;
    case 'paragraph':
      return <p>{drawInlines(block.content)}</p>;
    case 'code':
      return (
        <pre dir="ltr">
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote>
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case 'list':
      return <List start={block.start} items={block.items} />;
    case 'table':
      return <Table head={block.head} rows={block.rows} />;
    case 'rule':
      return <hr />;
  }
}

function Heading({ level, children }: { readonly level: number; readonly children: ReactNode }) {
  if (level === 3) return <h3>{children}</h3>;
  if (level === 4) return <h4>{children}</h4>;
  return level === 5 ? <h5>{children}</h5> : <h6>{children}</h6>;
}

function List({ start, items }: Pick<Extract<Block, { kind: 'list' }>, 'start' | 'items'>) {
  const drawn = items.map((item, index) => (
    <li key={index}>
      <Blocks blocks={item} />
    </li>
  ));
  return start === null ? <ul>{drawn}</ul> : <ol start={start}>{drawn}</ol>;
}

function Table({ head, rows }: Pick<Extract<Block, { kind: 'table' }>, 'head' | 'rows'>) {
  return (
    <Scroll label="Table" className="table-scroll">
      <table>
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col">
                {drawInlines(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, place) => (
                <td key={place}>{drawInlines(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function drawInlines(content: readonly Inline[]): ReactNode {
  return content.map((inline, index) => <Fragment key={index}>{drawInline(inline)}</Fragment>);
}

function drawInline(inline: Inline): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'strong':
      return <strong>{drawInlines(inline.content)}</strong>;
    case 'emphasis':
      return <em>{drawInlines(inline.content)}</em>;
    case 'deleted':
      return <del>{drawInlines(inline.content)}</del>;
    case 'code':
      return <code dir="ltr">{inline.text}</code>;
    case 'link':
      return (
        <a href={inline.href} target="_blank" rel="noopener noreferrer nofollow" title={inline.href}>
          {drawInlines(inline.content)}
        </a>
      );
    case 'checkbox':
      return <span className="task-box">{inline.isChecked ? '☑ ' : '☐ '}</span>;
    case 'break':
      return <br />;
  }
}
