import { useQuery } from "@tanstack/react-query";
import { algorithmsQuery, featureSetsQuery } from "../../api/catalogue";
import { datasetQuery, profileQuery } from "../../api/datasets";
import type { Dataset, FeatureSetPreset } from "../../api/types";
import { type JobForm, type Setting, suitsOf, withDefaults } from "./job-form-state";

/** What a record has beside its columns. */
const ROLES = ["host", "level", "process", "pid", "message"];

/** What the form is about: the data, and what the server can train with. */
export function useSetting(dataset: Dataset | undefined, form: JobForm) {
  const catalogue = useQuery(algorithmsQuery());
  const sets = useQuery(featureSetsQuery());
  const ready = dataset?.status === "ready";
  const profile = useQuery({ ...profileQuery(dataset?.id ?? ""), enabled: ready }).data;

  const file = form.labels.file;
  const labelDataset = useQuery({ ...datasetQuery(file ?? ""), enabled: file !== undefined }).data;
  const labelsReady = labelDataset?.status === "ready";
  const labelProfile = useQuery({ ...profileQuery(file ?? ""), enabled: labelsReady }).data;

  const algorithms = catalogue.data?.items ?? [];
  const presets: FeatureSetPreset[] = sets.data?.items ?? [];
  const data = {
    datasetId: dataset && dataset.status !== "invalid" ? dataset.id : undefined,
    profile: ready ? profile : undefined,
    labelProfile: labelsReady ? labelProfile : undefined,
    presets,
  };
  const suits = suitsOf(form, data);
  const suiting = suits && algorithms.find(({ id }) => id === suits.algorithm.type);
  const setting: Setting = {
    ...data,
    algorithm: suiting
      ? withDefaults(suiting, suits.algorithm)
      : // What suits most data is the first of the list.
        (algorithms.find(({ id }) => id === form.algorithm) ?? algorithms[0]),
    suits: suiting && suits,
  };
  return { setting, catalogue, fields: [...(profile?.columns ?? []), ...ROLES] };
}
