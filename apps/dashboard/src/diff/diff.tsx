import { useMemo } from 'react';
import { plural } from '../format/amount.ts';
import { Empty, Notice } from '../ui/notice.tsx';
import { type PatchFile, type PatchHunk, type PatchLine, readPatch } from './read-patch.ts';

const SIGNS = { added: '+', removed: '-', context: ' ', note: '\\' } as const;
const SPOKEN = { added: 'added: ', removed: 'removed: ', context: '', note: '' } as const;

/** A patch file by file. */
export function Diff({ text }: { readonly text: string }) {
  const { files, missing } = useMemo(() => readPatch(text), [text]);
  if (files.length === 0) return <Empty title="The change is empty." />;
  return (
    <div className="diff">
      {files.map((file) => (
        <File key={`${file.path}\n${file.what}`} file={file} />
      ))}
      {missing === 0 ? null : (
        <Notice tone="asks">{plural(missing, 'more line')} of the patch left out.</Notice>
      )}
    </div>
  );
}

function File({ file }: { readonly file: PatchFile }) {
  return (
    <div className="diff-file">
      <h3 className="diff-head">
        <bdi className="diff-path">{file.path}</bdi>
        {file.what === '' ? null : <span className="muted">{file.what}</span>}
        <span className="diff-counts">
          <span className="diff-plus">+{file.additions}</span>{' '}
          <span className="diff-minus">−{file.deletions}</span>
        </span>
      </h3>
      {file.isBinary ? <p className="muted diff-binary">A binary file.</p> : null}
      {file.hunks.length === 0 ? null : (
        <div className="diff-scroll">
          <table className="diff-lines" dir="ltr">
            {file.hunks.map((hunk) => (
              <Hunk key={hunk.heading} hunk={hunk} />
            ))}
          </table>
        </div>
      )}
    </div>
  );
}

function Hunk({ hunk }: { readonly hunk: PatchHunk }) {
  return (
    <tbody>
      <tr className="diff-hunk">
        <td colSpan={4}>{hunk.heading}</td>
      </tr>
      {hunk.lines.map((line, index) => (
        <Line key={index} line={line} />
      ))}
    </tbody>
  );
}

function Line({ line }: { readonly line: PatchLine }) {
  return (
    <tr className={`diff-line diff-${line.kind}`}>
      <td className="diff-number">{line.before}</td>
      <td className="diff-number">{line.after}</td>
      <td className="diff-sign">
        <span aria-hidden="true">{SIGNS[line.kind]}</span>
      </td>
      <td className="diff-text">
        <span className="only-read">{SPOKEN[line.kind]}</span>
        <bdi>{line.text}</bdi>
      </td>
    </tr>
  );
}
