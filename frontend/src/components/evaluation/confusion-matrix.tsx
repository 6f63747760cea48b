import { Table, Text, Title } from "@mantine/core";
import type { ConfusionMatrix as Matrix } from "../../api/types";
import { inSentence, rowShares } from "../../lib/evaluation";
import { formatCount, formatShare } from "../../lib/format";

/** So many classes still fit a table that can be read. */
const MOST_CLASSES = 30;

/** How many samples of each class were taken for which: true classes down, predicted ones across. */
export function ConfusionMatrix({ matrix, title }: { matrix: Matrix; title: string }) {
  const { classes, counts } = matrix;
  if (classes.length > MOST_CLASSES) {
    return <Text size="sm">The confusion matrix of {classes.length} classes is in the API's answer.</Text>;
  }
  return (
    <div>
      <Title order={3} mb={4}>
        Confusion matrix, {inSentence(title)}
      </Title>
      <Table.ScrollContainer type="native" minWidth={Math.min(120 + classes.length * 90, 900)}>
        <Table
          withTableBorder
          withColumnBorders
          aria-label={`Confusion matrix, ${inSentence(title)}`}
          className="confusion"
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Th>
                <Text span size="xs" c="dimmed">
                  true ↓ predicted →
                </Text>
              </Table.Th>
              {classes.map((name) => (
                <Table.Th key={name} ta="right">
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {classes.map((name, row) => {
              const cells = counts[row] ?? [];
              const shares = rowShares(cells);
              return (
                <Table.Tr key={name}>
                  <Table.Th scope="row">{name}</Table.Th>
                  {cells.map((count, column) => (
                    <Table.Td
                      key={classes[column]}
                      ta="right"
                      data-right={row === column || undefined}
                      style={{ "--share": shares[column] } as React.CSSProperties}
                    >
                      {formatCount(count)}
                      <Text size="xs" c="inherit">
                        {formatShare(shares[column])}
                      </Text>
                    </Table.Td>
                  ))}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
