package io.moka.e2e;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every command of kubectl-lite and its output: the steps of `kubectl-lite.txt` and `kubectl-lite-workloads.txt`, which build on each other.
class KubectlLiteTest {

    private static KubectlSession session;

    @BeforeAll
    static void open() {
        session = new KubectlSession(TestCluster.shared(), Shell.run("sh", "-c", "readlink -f $(command -v kubectl)").ok().strip(), "lite");
    }

    @AfterAll
    static void close() {
        session.close();
    }

    static Stream<KubectlScript.Step> steps() {
        return KubectlScript.lite().stream().flatMap(script -> script.steps().stream());
    }

    @ParameterizedTest(name = "line {0}")
    @MethodSource("steps")
    void eachCommandPrintsWhatItShould(KubectlScript.Step step) {
        session.check(step);
    }
}
