/** One invalid field of a request: where (RFC 6901 JSON pointer) and why. */
export interface FieldProblem {
  pointer: string;
  detail: string;
}

/** The members of an RFC 9457 problem that this app reads. */
export interface ProblemBody {
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id?: string;
  errors: FieldProblem[];
}

/**
 * Every failed call ends as this one error. `status` is 0 when no answer came at all
 * (server stopped, network down).
 */
export class ProblemError extends Error implements ProblemBody {
  override readonly name = "ProblemError";
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly request_id: string | undefined;
  readonly errors: FieldProblem[];

  constructor(body: ProblemBody) {
    super(body.detail || body.title);
    this.title = body.title;
    this.status = body.status;
    this.detail = body.detail;
    this.code = body.code;
    this.request_id = body.request_id;
    this.errors = body.errors;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** Reads a problem from an answer's status and body; a body of any other shape still gives a usable one. */
export function problemFrom(status: number, body: unknown): ProblemError {
  const record = isRecord(body) ? body : {};
  const errors = Array.isArray(record.errors) ? record.errors : [];
  return new ProblemError({
    title: text(record.title) ?? (status >= 500 ? "The server failed" : "The request was refused"),
    status,
    detail: text(record.detail) ?? `The server answered with status ${status} and no explanation.`,
    code: text(record.code) ?? "unknown",
    request_id: text(record.request_id),
    errors: errors
      .filter(isRecord)
      .map((e) => ({ pointer: text(e.pointer) ?? "", detail: text(e.detail) ?? "is invalid" })),
  });
}

/** The problem of a call that got no answer. */
export function unreachable(): ProblemError {
  return new ProblemError({
    title: "No answer from the server",
    status: 0,
    detail: "The server could not be reached. Check that it is running and that you are connected.",
    code: "unreachable",
    errors: [],
  });
}

/** Whatever was thrown, as a problem that can be shown. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError({
    title: "This page failed",
    status: -1,
    detail: error instanceof Error ? error.message : String(error),
    code: "client-error",
    errors: [],
  });
}
