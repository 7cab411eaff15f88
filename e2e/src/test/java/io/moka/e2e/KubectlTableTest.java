package io.moka.e2e;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every command of upstream's kubectl that talks to the server, with its output. The commands are in [KubectlScript#FOLDER]; each is
/// a case. Those of a file share a namespace and build on each other. The kubectl on the path runs them all.
class KubectlTableTest {

    private static final KubectlSessions SESSIONS = new KubectlSessions(TestCluster.shared());

    static Stream<KubectlRow> table() {
        var kubectl = KubectlRow.usualKubectl();
        return KubectlScript.all().stream().flatMap(script -> KubectlRow.of(kubectl, script));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void printsWhatTheTableSays(KubectlRow row) {
        SESSIONS.check(row);
    }

    @AfterAll
    static void close() {
        SESSIONS.close();
    }
}
