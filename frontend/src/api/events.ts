import type { JobStatus, LogLine, Stage } from "./types";

/** What a job's event stream has said so far. */
export interface LiveJob {
  connection: "connecting" | "open" | "lost" | "ended";
  status: JobStatus | null;
  stage: Stage | null;
  /** 0 to 1. */
  progress: number | null;
  logs: LogLine[];
}

export type JobEvent =
  | { type: "open" }
  | { type: "lost" }
  | { type: "end" }
  | { type: "status"; status: JobStatus }
  | { type: "stage"; stage: Stage | null; progress?: number }
  | { type: "progress"; stage?: Stage | null; progress: number }
  | ({ type: "log" } & LogLine);

export const LIVE_START: LiveJob = {
  connection: "connecting",
  status: null,
  stage: null,
  progress: null,
  logs: [],
};

/** Folds one event in. A replayed log line (reconnection) is not shown twice. */
export function reduceLive(state: LiveJob, event: JobEvent): LiveJob {
  switch (event.type) {
    case "open":
      return { ...state, connection: "open" };
    case "lost":
      return state.connection === "ended" ? state : { ...state, connection: "lost" };
    case "end":
      return { ...state, connection: "ended" };
    case "status":
      return { ...state, status: event.status };
    case "stage":
    case "progress":
      return { ...state, stage: event.stage ?? state.stage, progress: event.progress ?? state.progress };
    case "log":
      return { ...state, logs: mergeLogs(state.logs, [event]) };
  }
}

/** `more` after `lines`, leaving out what is already there. */
export function mergeLogs(lines: LogLine[], more: LogLine[]): LogLine[] {
  const key = (line: LogLine) => `${line.at}\n${line.level}\n${line.message}`;
  const seen = new Set(lines.map(key));
  const fresh = more.filter((line) => !seen.has(key(line)));
  if (fresh.length === 0) return lines;
  return [...lines, ...fresh.map(({ at, level, message }) => ({ at, level, message }))];
}

const TYPES = ["status", "stage", "progress", "log"] as const;

/**
 * Follows `GET /jobs/{id}/events` until the stream ends. The browser reconnects by itself and says
 * where it was (`Last-Event-ID`); `lost` is reported while it tries. Returns how to stop.
 */
export function followJob(id: string, onEvent: (event: JobEvent) => void): () => void {
  const source = new EventSource(`/api/v1/jobs/${encodeURIComponent(id)}/events`);
  source.onopen = () => onEvent({ type: "open" });
  source.onerror = () => onEvent({ type: "lost" });
  for (const type of TYPES) {
    source.addEventListener(type, (message) => {
      try {
        onEvent({ ...JSON.parse((message as MessageEvent<string>).data), type } as JobEvent);
      } catch {
        // One unreadable event must not take the page down; the next one tells where the job is.
      }
    });
  }
  source.addEventListener("end", () => {
    source.close();
    onEvent({ type: "end" });
  });
  return () => source.close();
}
