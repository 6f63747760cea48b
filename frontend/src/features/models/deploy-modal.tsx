import { Button, Code, Group, List, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { targetsQuery } from "../../api/catalogue";
import type { Model, Target } from "../../api/types";
import { Lazy } from "../../components/more";
import { ErrorState } from "../../components/states";
import { Version } from "../../components/version";

interface Props {
  model: Model;
  opened: boolean;
  pending: boolean;
  error: unknown;
  onDeploy: (body: { target?: string; note?: string }) => void;
  onClose: () => void;
}

const targetOption = ({ id, scikit_learn, python }: Target) => ({
  value: id,
  label: `scikit-learn ${scikit_learn}, Python ${python}`,
});

/** Says what deploying does, and asks which Python runtime the package is for. */
export function DeployModal({ model, opened, pending, error, onDeploy, onClose }: Props) {
  const targets = useQuery({ ...targetsQuery(), enabled: opened });
  const items = targets.data?.items ?? [];
  const [target, setTarget] = useState<string | null>(null);
  const [note, setNote] = useState("");
  // The server lists its default first.
  const chosen = items.find(({ id }) => id === target) ?? items[0];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Deploy ${model.name}`}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="md">
        <Text size="sm" component="div">
          Version <Version version={model.version} /> becomes the deployed version of {model.name}:
          <List size="sm" mt={6} spacing={2}>
            <List.Item>the model is marked as deployed, in place of the version deployed before;</List.Item>
            <List.Item>
              a deployment package (ZIP) is built with the model, its validation script, an inference example
              and exact requirements.
            </List.Item>
          </List>
        </Text>
        {targets.isError && <ErrorState error={targets.error} onRetry={() => void targets.refetch()} />}
        <Select
          label="Target"
          description="The Python runtime that the package is built for."
          data={items.map(targetOption)}
          value={chosen?.id ?? null}
          onChange={setTarget}
          allowDeselect={false}
          disabled={items.length === 0}
          placeholder={targets.isPending ? "Loading…" : undefined}
        />
        {chosen && (
          <Lazy title="What the package requires">
            {() => <Code block>{chosen.requirements.join("\n")}</Code>}
          </Lazy>
        )}
        <Textarea
          label="Note"
          description="Kept with the deployment. Optional."
          autosize
          minRows={2}
          maxRows={6}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {error ? <ErrorState error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button
            leftSection={<IconRocket size={16} />}
            loading={pending}
            onClick={() => onDeploy({ target: chosen?.id, note: note.trim() || undefined })}
          >
            Deploy
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
