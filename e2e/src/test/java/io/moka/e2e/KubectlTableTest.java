package io.moka.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every command of upstream's kubectl that talks to the server, with its output. The commands are in [KubectlScript#FOLDER]; each is
/// a case. Those of a file share a namespace and build on each other.
///
/// The kubectl on the path runs them all (`-Dmoka.kubectl=/other/kubectl` chooses another). Of the versions installed beside it the oldest and the
/// newest run [#CORE], those between them the shorter [#BRIEF].
class KubectlTableTest {

    private static final TestCluster CLUSTER = TestCluster.shared();
    private static final String CORE = "core";
    private static final String BRIEF = "brief";
    private static final List<String> VERSIONS = List.of("1.27", "1.33");
    private static final List<String> VERSIONS_BETWEEN = List.of("1.28", "1.29", "1.30", "1.31", "1.32");
    private static final Map<String, KubectlSession> SESSIONS = new HashMap<>();
    /// The names of all sessions there have been, whose namespaces may still be on their way out.
    private static final Set<String> OPENED = new HashSet<>();

    /// @param kubectl the program's path
    record Case(String kubectl, String script, KubectlScript.Step step) {

        @Override
        public String toString() {
            return Path.of(kubectl).getFileName() + " " + script + ".txt:" + step.line() + " " + step.command().lines().findFirst().orElseThrow();
        }

        String session() {
            return Path.of(kubectl).getFileName().toString().replace('.', '-') + "-" + script;
        }
    }

    static Stream<Case> table() {
        return KubectlScript.all().stream().flatMap(script -> cases(kubectl(), script));
    }

    static Stream<Case> others() {
        return Stream.concat(others(VERSIONS, KubectlScript.named(CORE)), others(VERSIONS_BETWEEN, KubectlScript.named(BRIEF)));
    }

    private static Stream<Case> others(List<String> versions, KubectlScript script) {
        var standard = Path.of(kubectl());
        return versions.stream().map(version -> standard.resolveSibling(standard.getFileName() + "." + version))
                .filter(Files::isExecutable).flatMap(kubectl -> cases(kubectl.toString(), script));
    }

    private static Stream<Case> cases(String kubectl, KubectlScript script) {
        return script.steps().stream().map(step -> new Case(kubectl, script.name(), step));
    }

    private static String kubectl() {
        var chosen = System.getProperty("moka.kubectl", "");
        return chosen.isEmpty() ? Shell.run("sh", "-c", "readlink -f $(command -v kubectl)").ok().strip() : chosen;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void theDefaultVersion(Case row) {
        check(row);
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("others")
    void otherVersions(Case row) {
        check(row);
    }

    private static void check(Case row) {
        SESSIONS.computeIfAbsent(row.session(), name -> open(row)).check(row.step());
    }

    /// A session in which the rows before this one have been run: there are some when a row that failed is run again by itself.
    private static KubectlSession open(Case row) {
        var session = new KubectlSession(CLUSTER, row.kubectl(), row.session() + (OPENED.add(row.session()) ? "" : "-again"));
        KubectlScript.named(row.script()).steps().stream().takeWhile(step -> !step.equals(row.step())).forEach(session::check);
        return session;
    }

    @AfterAll
    static void close() {
        SESSIONS.values().forEach(KubectlSession::close);
        SESSIONS.clear();
    }
}
