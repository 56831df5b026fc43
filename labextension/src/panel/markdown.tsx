import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { useEffect, useRef } from 'react';

const TYPE = 'text/markdown';

/** Text from the examiner or the candidate, rendered as Lab renders Markdown: sanitized. */
export function Markdown(props: { text: string; rendermime: IRenderMimeRegistry }): React.JSX.Element {
  const { text, rendermime } = props;
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const renderer = rendermime.createRenderer(TYPE);
    const model = rendermime.createModel({ data: { [TYPE]: text }, trusted: false });
    let gone = false;
    void renderer.renderModel(model).then(() => {
      if (!gone) {
        host.current?.replaceChildren(renderer.node);
      }
    });
    return () => {
      gone = true;
      renderer.dispose();
    };
  }, [text, rendermime]);
  return (
    <div className="jp-codeassess-Markdown" ref={host}>
      {text}
    </div>
  );
}
