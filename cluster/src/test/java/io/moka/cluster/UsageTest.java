package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Exit statuses and messages of `moka`: 2 for wrong usage, 1 and one line for a command that cannot be carried out, 0 for what is done already.
class UsageTest {

    @TempDir
    private Path folder;

    private CommandRun moka(String line) {
        var words = new ArrayList<>(List.of(line.split(" ")));
        words.addAll(List.of("--state-dir", folder.toString()));
        return CommandRun.of(words.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            up --hollow many                   | Invalid value for option '--hollow': 'many' is not an int
            up --proxy-mode magic              | Invalid value for option '--proxy-mode': expected one of [NFTABLES, IPTABLES, IPVS, USERSPACE] (case-insensitive) but was 'magic'
            up --ipvs-scheduler first          | Invalid value for option '--ipvs-scheduler': expected one of [RR, WRR, LC, WLC, SH] (case-insensitive) but was 'first'
            up --port-base                     | Expected parameter for option '--port-base' but found '--state-dir'
            status now                         | Unmatched argument at index 1: 'now'
            logs                               | Missing required parameter: 'COMPONENT'
            logs kubelet --tail all            | Invalid value for option '--tail': 'all' is not an int
            dns why web                        | Missing required option: '--from=[NAMESPACE/]POD'
            dns why --from web                 | Missing required parameter: 'NAME'
            volume snapshot                    | Missing required parameter: '[NAMESPACE/]CLAIM'
            volume restore shop/data           | Missing required parameter: 'SNAPSHOT'
            volume move shop/data              | Missing required parameter: 'FOLDER'
            """)
    void wrongUsageIsNamedBeforeAnythingIsDone(String line, String message) throws IOException {
        var run = moka(line);
        assertEquals(2, run.status(), run.err());
        assertEquals(message, run.err().lines().findFirst().orElse(""));
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void anAbsentOrUnknownCommandIsWrongUsage() {
        var unknown = CommandRun.of("fly");
        assertEquals(2, unknown.status());
        assertTrue(unknown.err().startsWith("Unmatched argument at index 0: 'fly'"), unknown.err());
        for (var group : List.of("", "volume", "secrets", "dns", "image")) {
            var absent = group.isEmpty() ? CommandRun.of() : CommandRun.of(group);
            assertEquals(2, absent.status(), group);
            assertTrue(absent.err().startsWith("Missing required subcommand"), absent.err());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "volume list", "volume snapshot shop/data", "secrets rotate", "renew", "dns why web --from web", "dns install"})
    void withoutAClusterACommandSaysHowToStartOne(String line) {
        var launched = line.equals("dns install") ? "moka: start this through bin/moka, which knows where the jars are\n" : "moka: there is no cluster \"moka\" here; start one with: bin/moka up\n";
        assertEquals(new CommandRun(1, "", launched), moka(line));
    }

    @Test
    void theNameOfAnAbsentClusterIsPartOfTheAdvice() {
        assertEquals("moka: there is no cluster \"home\" here; start one with: bin/moka up --name home\n", moka("status --name home").err());
    }

    @Test
    void endingAClusterThatIsNotThereIsNoFailure() {
        assertEquals(new CommandRun(0, "There is no cluster \"moka\" here.\n", ""), moka("down --purge"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Home", "home_2", "home-", "../home", "a.b", "home/2", "a-name-with-more-than-thirty-two-letters"})
    void aNameThatIsNoNameOfAFolderAndOfInterfacesIsRefused(String name) {
        assertEquals(new CommandRun(1, "", "moka: \"" + name + "\" is not a cluster name: use small letters, digits and dashes\n"), moka("status --name=" + name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "home", "home-2", "a-name-with-thirty-two-letters-a"})
    void otherNamesAreTaken(String name) {
        assertTrue(moka("status --name=" + name).err().contains("there is no cluster \"" + name + "\""));
    }

    @Test
    void aLogThatIsNotThereIsNamed() throws IOException {
        assertEquals("moka: there is no cluster \"moka\" here; start one with: bin/moka up\n", moka("logs kubelet").err());
        ClusterFolder.settings(Ports.USUAL).write(new Layout(folder, "moka"));
        assertEquals("moka: no component \"kublet\"; there are: etcd, apiserver, kubelet, controllers, scheduler, proxy, hollow\n", moka("logs kublet").err());
        assertEquals("moka: kubelet has written nothing yet\n", moka("logs kubelet").err());
    }

    @Test
    void aStackTraceIsShownToThoseWhoAskForIt() {
        var run = moka("status -v");
        assertEquals(1, run.status());
        assertTrue(run.err().startsWith("io.moka.cluster.ClusterException: there is no cluster"), run.err());
        assertTrue(run.err().contains("\tat io.moka.cluster.StatusCommand.call"), run.err());
    }

    /// An absent server is no bug of Moka's, so its message is one line as well.
    @Test
    void aServerThatDoesNotAnswerIsNamedInOneLine() throws IOException {
        var layout = new Layout(folder, "moka");
        ClusterFolder.settings(Ports.USUAL).write(layout);
        Files.writeString(layout.kubeconfig(), """
                clusters: [{name: test, cluster: {server: "http://127.0.0.1:1"}}]
                contexts: [{name: test, context: {cluster: test}}]
                current-context: test
                """);
        var run = moka("volume list");
        assertEquals(1, run.status());
        assertTrue(run.err().startsWith("moka: ") && run.err().contains("127.0.0.1:1"), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void theDnsServersAnswerIsShownAsItIs() throws IOException {
        var layout = new Layout(folder, "moka");
        ClusterFolder.settings(Ports.USUAL).write(layout);
        var path = "/api/v1/namespaces/kube-system/services/kube-dns:metrics/proxy/why";
        try (var server = new ObjectServer()) {
            server.writeKubeconfig(layout.kubeconfig());
            server.put("/api/v1/namespaces/shop/pods/web", "{metadata: {namespace: shop, name: web}}");
            server.text(path, "its steps");
            var query = moka("dns why data.shop --from shop/web --type AAAA").out().strip().split("\\?")[1];
            assertEquals(List.of("from=shop/web", "name=data.shop", "type=AAAA"), List.of(query.split("&")).stream().sorted().toList());
            assertEquals("moka: there is no pod default/web\n", moka("dns why data --from web").err());
            server.text(path, "");
            assertEquals("moka: the DNS server cannot be asked: " + path + ": ServiceUnavailable; see: bin/kubectl-lite get pods -n kube-system -l k8s-app=kube-dns\n",
                    moka("dns why data --from shop/web").err());
        }
    }

    @Test
    void helpNamesEachCommandButThoseOfMokaItself() {
        var help = CommandRun.of("--help");
        assertEquals(0, help.status());
        for (var command : List.of("up", "down", "status", "logs", "doctor", "image", "dns", "secrets", "volume", "renew")) {
            assertTrue(help.out().lines().anyMatch(line -> line.startsWith("  " + command + " ")), command + "\n" + help.out());
        }
        assertTrue(help.out().lines().noneMatch(line -> line.startsWith("  train ")), help.out());
        assertEquals("moka 0.1.0\n", CommandRun.of("--version").out());
    }
}
