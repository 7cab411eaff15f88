package io.moka.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The versions of kubectl that are installed beside the usual one: the oldest and the newest run the script [#CORE], those between them the shorter [#BRIEF].
class KubectlVersionsTest {

    private static final String CORE = "core";
    private static final String BRIEF = "brief";
    private static final List<String> VERSIONS = List.of("1.27", "1.33");
    private static final List<String> VERSIONS_BETWEEN = List.of("1.28", "1.29", "1.30", "1.31", "1.32");
    private static final KubectlSessions SESSIONS = new KubectlSessions(TestCluster.shared());

    static Stream<KubectlRow> table() {
        return Stream.concat(rows(VERSIONS, KubectlScript.named(CORE)), rows(VERSIONS_BETWEEN, KubectlScript.named(BRIEF)));
    }

    private static Stream<KubectlRow> rows(List<String> versions, KubectlScript script) {
        var usual = Path.of(KubectlRow.usualKubectl());
        return versions.stream().map(version -> usual.resolveSibling(usual.getFileName() + "." + version))
                .filter(Files::isExecutable).flatMap(kubectl -> KubectlRow.of(kubectl.toString(), script));
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("table")
    void printsWhatTheTableSays(KubectlRow row) {
        SESSIONS.check(row);
    }

    @AfterAll
    static void close() {
        SESSIONS.close();
    }
}
