import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

// On a machine that also compiles, a page takes longer to appear than the second that is usual.
configure({ asyncUtilTimeout: 10_000 });
