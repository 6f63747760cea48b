import { Button, FileButton, Group, Progress, Stack, Text } from "@mantine/core";
import { IconUpload, IconX } from "@tabler/icons-react";
import { type DragEvent, useEffect, useRef, useState } from "react";
import type { Dataset } from "../../api/types";
import { type Upload, uploadDataset } from "../../api/upload";
import { ErrorState } from "../../components/states";
import { formatBytes, plural } from "../../lib/format";
import { nameFromFile } from "../../lib/names";

interface Sending {
  files: File[];
  share: number;
}

/** Takes log files by drag and drop or by choosing, and uploads them as one dataset. */
export function UploadArea({
  reason,
  onUploaded,
}: {
  reason?: string;
  onUploaded: (dataset: Dataset) => void;
}) {
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<Sending>();
  const [failure, setFailure] = useState<unknown>();
  const upload = useRef<Upload>(undefined);

  useEffect(() => () => upload.current?.abort(), []);

  const send = async (files: File[]) => {
    const first = files[0];
    if (!first || reason || sending) return;
    setFailure(undefined);
    setSending({ files, share: 0 });
    try {
      upload.current = uploadDataset(nameFromFile(first.name), files, (share) =>
        setSending({ files, share }),
      );
      onUploaded(await upload.current.result);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) setFailure(error);
    } finally {
      upload.current = undefined;
      setSending(undefined);
    }
  };

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send([...event.dataTransfer.files]);
  };

  if (sending) {
    const percent = Math.round(sending.share * 100);
    const size = sending.files.reduce((sum, file) => sum + file.size, 0);
    return (
      <Stack gap="xs" className="drop-zone" style={{ alignItems: "stretch" }}>
        <Group justify="space-between">
          <Text size="sm">
            {percent < 100 ? "Uploading" : "Storing"} {plural(sending.files.length, "file")},{" "}
            {formatBytes(size)}
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconX size={14} />}
            onClick={() => upload.current?.abort()}
          >
            Stop
          </Button>
        </Group>
        <Progress.Root size="lg">
          <Progress.Section
            value={percent}
            aria-label="Upload"
            striped={percent === 100}
            animated={percent === 100}
          />
        </Progress.Root>
      </Stack>
    );
  }

  return (
    <Stack gap="sm">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra way; the button inside does the same */}
      <div
        className="drop-zone"
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Text size="sm">Drop log files here, or</Text>
        <FileButton
          multiple
          onChange={(files) => void send(files)}
          inputProps={{ "aria-label": "Log files" }}
        >
          {(props) => (
            <Button {...props} variant="light" disabled={!!reason} leftSection={<IconUpload size={16} />}>
              Choose files
            </Button>
          )}
        </FileButton>
        <Text size="xs" c="dimmed">
          Lines of any log, JSON, CSV or Parquet; compressed, ZIP and tar are fine. Several files become one
          dataset.
        </Text>
      </div>
      {failure !== undefined && <ErrorState error={failure} />}
    </Stack>
  );
}
