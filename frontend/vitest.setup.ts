// Testing Library waits as long as the tests themselves may last on a busy machine.
import { configure } from "@testing-library/dom";

configure({ asyncUtilTimeout: 30_000 });
