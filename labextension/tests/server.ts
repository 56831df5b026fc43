import { CloseCode, type Hello, type Welcome } from '../src/wire';

type Frame = Record<string, unknown> & { message_type: string; seq?: number };

/** A session of the server as far as the wire shows it: it stores what follows, and can be cut off at any moment. */
export class Server {
  /** What is stored, in order. */
  readonly stored: Frame[] = [];
  readonly events: Frame[] = [];
  readonly greetings: Hello[] = [];
  readonly sockets: Line[] = [];
  /** No new line is accepted. */
  down = false;
  /** Acknowledgements get lost: what is stored is not told. */
  silent = false;
  /** Another window writes in this session. */
  elsewhere = false;
  /** The error with which it answers a hello. */
  unwelcome = '';
  refuse: (frame: Frame) => Record<string, unknown> | null = () => null;

  open = (): WebSocket => {
    const line = new Line(this);
    this.sockets.push(line);
    queueMicrotask(() => (this.down ? line.end(1006) : line.onopen?.()));
    return line as unknown as WebSocket;
  };

  get line(): Line {
    return this.sockets.at(-1)!;
  }

  get codes(): unknown[] {
    return this.stored.map(frame => frame['code']);
  }

  tell(message: Frame): void {
    this.events.push({ ...message, event_seq: this.events.length + 1 });
    this.line.say(this.events.at(-1)!);
  }

  /** Another window takes the session over. */
  supersede(): void {
    this.elsewhere = true;
    this.line.end(CloseCode.SUPERSEDED);
  }

  /** The other window is gone. */
  free(): void {
    this.elsewhere = false;
    this.line.say({ message_type: 'writer', you: false, held: false });
  }

  cut(): void {
    this.line.end(1006);
  }

  receive(line: Line, frame: Frame): void {
    if (frame.message_type === 'hello' && this.unwelcome) {
      line.say({ message_type: 'error', code: this.unwelcome, message: 'refused' });
      queueMicrotask(() => line.end(CloseCode.RATE));
      return;
    }
    if (frame.message_type === 'hello') {
      this._greet(line, frame as unknown as Hello);
      return;
    }
    const refusal = this.elsewhere ? { code: 'not_writer' } : this.refuse(frame);
    const seq = frame.seq!;
    if (refusal) {
      line.say({ message_type: 'error', message: 'refused', ...refusal });
    } else if (seq > this.stored.length + 1) {
      line.say({ message_type: 'nack', expected: this.stored.length + 1 });
    } else if (seq <= this.stored.length && JSON.stringify(this.stored[seq - 1]) !== JSON.stringify(frame)) {
      const detail = { seq, expected: this.stored.length + 1 };
      line.say({ message_type: 'error', code: 'sequence_conflict', message: 'taken', ref: seq, detail });
    } else {
      this.stored[seq - 1] ??= frame;
      if (!this.silent) {
        line.say({ message_type: 'ack', seq: this.stored.length });
      }
    }
  }

  private _greet(line: Line, hello: Hello): void {
    this.greetings.push(hello);
    this.elsewhere &&= hello.take !== true;
    const welcome: Welcome = {
      message_type: 'welcome',
      session: {
        session_id: 'session',
        status: 'active',
        language: 'python',
        mode: 'embedded',
        created_at: '2026-01-01T00:00:00Z',
        questions_asked: 0,
        max_questions: 8,
        cool_down: 120
      },
      acked_seq: this.stored.length,
      head_event_seq: this.events.length,
      epoch: 'epoch',
      limits: { messages_per_second: 20 },
      server_time: '2026-01-01T00:00:00Z',
      open_questions: [],
      writer: { you: !this.elsewhere, held: true }
    };
    line.say({ ...welcome });
    this.events.slice(hello.last_event_seq ?? 0).forEach(event => line.say(event));
  }
}

/** One websocket, as a browser shows it. */
export class Line {
  constructor(private readonly _server: Server) {}

  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(text: string): void {
    if (!this._ended) {
      queueMicrotask(() => !this._ended && this._server.receive(this, JSON.parse(text) as Frame));
    }
  }

  say(message: Record<string, unknown>): void {
    queueMicrotask(() => !this._ended && this.onmessage?.({ data: JSON.stringify(message) }));
  }

  end(code: number): void {
    this._ended = true;
    this.onclose?.({ code });
  }

  close(): void {
    this._ended = true;
    queueMicrotask(() => this.onclose?.({ code: 1005 }));
  }

  get readyState(): number {
    return this._ended ? 3 : 1;
  }

  private _ended = false;
}
