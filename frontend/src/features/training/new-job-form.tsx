import { Alert, Button, Grid, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { algorithmsQuery } from "../../api/catalogue";
import { createJob } from "../../api/jobs";
import { asProblem } from "../../api/problem";
import type { Dataset, Job } from "../../api/types";
import { Section } from "../../components/facts";
import { GatedButton } from "../../components/gated-button";
import { ErrorState, QueryState } from "../../components/states";
import { fieldsOf } from "../../lib/json-schema";
import { nameFromFile } from "../../lib/names";
import { assignErrors } from "../../lib/pointer-errors";
import { initialEntry } from "../../lib/schema-values";
import { EvaluationFields, FeatureFields, type FieldsProps } from "./job-form-fields";
import { controlsOf, type JobForm, prepare, START } from "./job-form-state";
import { SchemaField } from "./schema-field";

interface Props {
  dataset?: Dataset;
  /** Where the data is chosen. */
  dataSource: ReactNode;
  /** Why this person may not train. */
  reason?: string;
  onStarted: (job: Job) => void;
  onCancel: () => void;
}

/** New Training Job: data, name, algorithm and its parameters, threshold and evaluation. */
export function NewJobForm({ dataset, dataSource, reason, onStarted, onCancel }: Props) {
  const queryClient = useQueryClient();
  const element = useRef<HTMLFormElement>(null);
  const [form, setForm] = useState<JobForm>(START);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const catalogue = useQuery(algorithmsQuery());
  const algorithms = catalogue.data?.items ?? [];
  const algorithm = algorithms.find(({ id }) => id === form.algorithm) ?? algorithms[0];
  const name = form.name ?? (dataset ? nameFromFile(dataset.name) : "");

  const start = useMutation({
    mutationFn: createJob,
    meta: { shown: true },
    onSuccess: (job) => {
      void queryClient.invalidateQueries({ queryKey: ["jobs", "list"] });
      onStarted(job);
    },
    onError: (error) => showErrors(assignErrors(asProblem(error).errors, controlsOf(algorithm)).fields),
  });

  const showErrors = (found: Record<string, string>) => {
    setErrors(found);
    // After the errors are drawn: the first invalid control says what is wrong with it.
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason || start.isPending) return;
    const usable = dataset && dataset.status !== "invalid" ? dataset.id : undefined;
    const prepared = prepare(form, name, usable, algorithm);
    if (prepared.specification) {
      setErrors({});
      start.mutate(prepared.specification);
    } else {
      start.reset();
      showErrors(prepared.errors);
    }
  };

  const fields: FieldsProps = {
    form,
    errors,
    change: (part, pointer) => {
      setForm((current) => ({ ...current, ...part }));
      setErrors(({ [pointer]: _fixed, ...others }) => others);
    },
  };
  const refused = start.error ? asProblem(start.error) : undefined;
  const unplaced = refused && assignErrors(refused.errors, controlsOf(algorithm)).rest;

  return (
    <form onSubmit={submit} noValidate ref={element} aria-label="New Training Job">
      <Stack gap="md">
        {dataSource}
        {errors["/dataset_id"] && (
          <Alert color="red" variant="outline" icon={<IconAlertTriangle />} role="alert" p="xs">
            {errors["/dataset_id"]}
          </Alert>
        )}
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Section title="Model">
              <Stack gap="sm">
                <TextInput
                  label="Name"
                  description="Versions are counted per name."
                  required
                  withAsterisk={false}
                  value={name}
                  error={errors["/name"]}
                  onChange={(event) => fields.change({ name: event.currentTarget.value }, "/name")}
                />
                <QueryState query={catalogue} label="Loading the algorithms">
                  {() => (
                    <>
                      <Select
                        label="Algorithm"
                        description={algorithm?.description}
                        data={algorithms.map(({ id, title }) => ({ value: id, label: title }))}
                        value={algorithm?.id ?? null}
                        error={errors["/algorithm"]}
                        allowDeselect={false}
                        onChange={(id) => id && fields.change({ algorithm: id }, "/algorithm")}
                      />
                      {fieldsOf(algorithm?.parameters).map((field) => {
                        const id = algorithm?.id ?? "";
                        const entries = form.parameters[id] ?? {};
                        return (
                          <SchemaField
                            key={`${id} ${field.name}`}
                            field={field}
                            entry={entries[field.name] ?? initialEntry(field)}
                            error={errors[`/algorithm/${field.name}`]}
                            onChange={(entry) =>
                              fields.change(
                                {
                                  parameters: {
                                    ...form.parameters,
                                    [id]: { ...entries, [field.name]: entry },
                                  },
                                },
                                `/algorithm/${field.name}`,
                              )
                            }
                          />
                        );
                      })}
                    </>
                  )}
                </QueryState>
              </Stack>
            </Section>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Stack gap="md">
              <EvaluationFields {...fields} />
              <FeatureFields {...fields} />
            </Stack>
          </Grid.Col>
        </Grid>
        {refused && (refused.errors.length === 0 || (unplaced && unplaced.length > 0)) && (
          <ErrorState error={refused} />
        )}
        <Group justify="flex-end" gap="xs">
          {Object.keys(errors).length > 0 && (
            <Text size="sm" c="var(--mantine-color-error)" role="status">
              Some fields need another look.
            </Text>
          )}
          <Button variant="default" onClick={onCancel}>
            Back to Training
          </Button>
          <GatedButton
            type="submit"
            reason={reason}
            loading={start.isPending}
            leftSection={<IconPlayerPlay size={16} />}
          >
            Start training
          </GatedButton>
        </Group>
      </Stack>
    </form>
  );
}
