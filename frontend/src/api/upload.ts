import { problemFrom, unreachable } from "./problem";
import type { Dataset } from "./types";

export interface Upload {
  result: Promise<Dataset>;
  /** Stops sending; `result` rejects with an `AbortError`. */
  abort: () => void;
}

/**
 * Uploads log files as one dataset. `XMLHttpRequest`, because `fetch` tells nothing of how much was sent.
 * `onProgress` gets the sent share, 0 to 1.
 */
export function uploadDataset(name: string, files: File[], onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  const result = new Promise<Dataset>((resolve, reject) => {
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      let body: unknown;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        body = undefined;
      }
      if (request.status >= 200 && request.status < 300) resolve(body as Dataset);
      else reject(problemFrom(request.status, body));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
  });
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  request.open("POST", `/api/v1/datasets?name=${encodeURIComponent(name)}`);
  request.send(form);
  return { result, abort: () => request.abort() };
}
