import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { proposalQuery, sampleQuery } from "../../api/datasets";
import type { Dataset, Proposal } from "../../api/types";
import { type FormatForm, readFormat } from "./form-records";

const TYPING_MS = 300;

/** How the server reads the beginning of a file. */
export interface Reading {
  proposal?: Proposal;
  error?: unknown;
  /** Asked again; what is shown is from before. */
  pending: boolean;
  /** The file is packed so that only the server opens it. */
  packed: boolean;
  file?: string;
  files: string[];
  choose: (file: string) => void;
}

/** Has the server read the beginning of a dataset's file as the form says, again after every change. */
export function useReading(dataset: Dataset | undefined, form: FormatForm): Reading {
  const [chosen, choose] = useState<string>();
  const files = dataset && dataset.status !== "profiling" ? dataset.files.map(({ name }) => name) : [];
  const file = files.find((name) => name === chosen) ?? files[0];

  let wrong = false;
  const format = readFormat(form, () => {
    wrong = true;
  });
  const [asked] = useDebouncedValue(wrong ? undefined : JSON.stringify(format), TYPING_MS);
  const [lastRight, setLastRight] = useState(asked);
  // While what is typed is not yet right, the answer to what was right before stays.
  if (asked !== undefined && asked !== lastRight) setLastRight(asked);

  const id = dataset?.id ?? "";
  const sample = useQuery({ ...sampleQuery(id, file ?? ""), enabled: file !== undefined });
  const blob = sample.data ?? undefined;
  const proposal = useQuery({
    ...proposalQuery(id, file ?? "", blob ?? new Blob(), lastRight ?? "{}"),
    enabled: file !== undefined && blob !== undefined && lastRight !== undefined,
    placeholderData: keepPreviousData,
    meta: { shown: true },
  });
  return {
    proposal: file !== undefined && blob ? proposal.data : undefined,
    error: sample.error ?? proposal.error ?? undefined,
    pending: sample.isFetching || proposal.isFetching,
    packed: sample.data === null,
    file,
    files,
    choose,
  };
}
