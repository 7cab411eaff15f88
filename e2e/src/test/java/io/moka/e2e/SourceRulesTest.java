package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks rules of the project that only the sources show. Each rule has a list of the classes that break it, as `module/Class`, with the reason in a few words.
///
/// Benchmarks, the conformance suites' testbed and generators are not parts of a cluster and follow none of them.
class SourceRulesTest {

    private static final Set<String> TOOLS = Set.of("bench", "conformance/testbed", "schema-generator", "testvm");
    private static final Map<String, List<String>> SOURCES = load();

    /// Returns the lines of code of each source, by `module/Class`, without comments.
    private static Map<String, List<String>> load() {
        try (Stream<Path> files = Files.walk(Shell.ROOT)) {
            var sources = new TreeMap<String, List<String>>();
            for (var file : files.filter(path -> path.toString().contains("/src/main/java/") && path.toString().endsWith(".java")).toList()) {
                var path = Shell.ROOT.relativize(file).toString();
                var module = path.substring(0, path.indexOf("/src/main/java/"));
                if (!TOOLS.contains(module)) {
                    sources.put(module + "/" + file.getFileName().toString().replace(".java", ""),
                            Files.readAllLines(file).stream().map(String::strip).filter(line -> !line.startsWith("//")).toList());
                }
            }
            return sources;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void check(String pattern, String allowed) {
        var forbidden = Pattern.compile(pattern);
        var known = allowed.lines().map(line -> line.split("\\s+", 2)).collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        var breaking = SOURCES.entrySet().stream().filter(source -> source.getValue().stream().anyMatch(line -> forbidden.matcher(line).find()))
                .map(Map.Entry::getKey).filter(source -> !known.containsKey(source)).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<String>(), breaking);
        assertTrue(SOURCES.keySet().containsAll(known.keySet()), "a class that is listed does not exist");
    }

    /// A failure in a thread is never unseen: it ends the process (`NeededThread`), is logged (`TaskThread`), or is taken by the thread's starter.
    @Test
    void threadsAreStartedWhereTheirFailuresAreSeen() {
        check("Thread\\.of(Virtual|Platform)\\(\\)|startVirtualThread|new Thread\\(|Executors\\.new(?!Direct)|CompletableFuture\\.(run|supply)Async|new Timer\\(", """
                machinery/NeededThread       the rule itself
                machinery/TaskThread         the rule itself
                machinery/ApiClient          executor of the JDK's HTTP client, which passes failures to the caller
                machinery/ComponentProcess   shutdown hook
                machinery/HealthServer       executor of the JDK's HTTP server, which closes the connection
                machinery/ScriptedServer     executor of the JDK's HTTP server, for tests
                addons/dns/StatusServer      executor of the JDK's HTTP server, which closes the connection
                proxy/HealthChecks           executor of the JDK's HTTP server, which closes the connection
                controllers/Parallel         the caller takes each result
                controllers/UsageStore       the caller takes each result
                apiserver/ValidatingWebhooks the caller joins, and a webhook without answer counts as failed
                apiserver/WatchVerb          the drain of a watch, which ends the watch by its own failure
                apiserver/Caches             the callers wait for the future
                apiserver/DefinitionController the clean-up of a definition is repeated
                apiserver/EtcdCheck          the caller waits for the answer with a deadline
                apiserver/HttpFrontend       one request, which answers its failure itself
                apiserver/Components         the caller takes each result
                kubelet/Cleanup              waits for all of its tasks
                kubelet/DockerKubelet        executor whose callers take the results
                kubelet/PluginProcess        reads a process' output, and its deadline
                kubelet/ImagePuller          one pull
                kubelet/ApiPodReports        one pod's status
                kubelet/Deadlined            the caller takes the result
                kubelet/ProbeLoop            one container's probe
                kubelet/DockerHijack         input of one session
                kubelet/DockerRuntime        the caller takes the result
                kubelet/EngineCalls          the caller takes the result
                kubelet/ChannelPortForward   one connection
                kubelet/KubeletServer        one request, which answers its failure itself
                kubelet/PodConnection        one connection
                kubelet/RemoteProcess        one session
                kubelet/SpdyPortForward      one connection
                kubelet/Snapshot             the caller takes the result
                kubelet/Tool                 the caller takes the result
                cluster/Engine               a command's own
                cluster/Program              a command's own
                cluster/Shutdown             the caller takes each result
                cluster/Startup              a command's own
                cluster/TrainCommand         shutdown hook
                cluster/TrainingLoad         the caller takes each result
                kubectl-lite/CopyCommand     the caller takes the result
                kubectl-lite/DrainCommand    the caller takes each result
                kubectl-lite/PortForwardCommand a command's own
                kubectl-lite/RemoteCommand   a command's own""");
    }

    /// A test can let the time pass for whatever waits through a `Sleeper` or `TimeSource`. Deadlines of sockets and processes use real time.
    @Test
    void waitsGoThroughTheClockThatAPartIsGiven() {
        check("Thread(\\.|::)sleep|TimeUnit\\.[A-Z]+\\.sleep\\(|LockSupport\\.parkNanos\\(|SYSTEM\\.sleep\\(", """
                machinery/Sleeper            the system's clock
                machinery/TimeSource         the system's clock
                machinery/Await              for tests, real time
                machinery/NeededThread       the longest time that the end of the process takes
                machinery/LimitedBody        deadline of a socket
                proxy/Tools                  deadline of a process
                proxy/NodeKernel             nft needs a moment to listen
                addons/dns/Dns               the process' own end
                addons/dns/Rehearsal         a training run
                cni-plugin/PolicyMark        a command
                apiserver/PolicyStatus       not yet
                apiserver/EncryptedStore     not yet
                apiserver/CacheFeed          not yet
                apiserver/Compactor          not yet
                apiserver/RemoteServices     not yet
                apiserver/DefinitionController not yet
                apiserver/WebhookSink        not yet
                apiserver/PriorityLevel      wait for a seat, by the request's deadline
                apiserver/HttpFrontend       the end of the process
                apiserver/RequestDeadlines   real deadlines of requests
                apiserver/ServerParts        the start of the process
                apiserver/FlowObjects        not yet
                apiserver/ServiceRange       not yet
                kubelet/Cleanup              a command
                kubelet/DockerKubelet        the start of the process
                kubelet/DockerEvents         not yet
                kubelet/EngineCalls          heartbeat of a socket
                kubelet/VolumeOrders         not yet
                cluster/ClusterLock          a command
                cluster/Engine               a command
                cluster/RenewCommand         a command
                cluster/SecretsRotation      a command
                cluster/Signals              a command
                cluster/Startup              a command
                cluster/TrainingRun          a command
                cluster/VolumeOrders         a command
                kubectl-lite/DeleteCommand   a command
                kubectl-lite/DrainCommand    a command
                kubectl-lite/RolloutCommand  a command
                kubectl-lite/RunCommand      a command
                kubectl-lite/WaitCommand     a command""");
    }

    /// Each wait ends by a time-out, a heartbeat or its owner. A wait without a time-out has a reason why it cannot hang: `idle` waits for work, and is interrupted or
    /// woken at the end.
    @Test
    void waitsWithoutATimeOutCannotHang() {
        check("\\.(join|await|take|acquire|acquireUninterruptibly|waitFor|wait)\\(\\)|(?<![.\\w])wait\\(\\)", """
                machinery/ApiClient          the time-out of a WebSocket's handshake is the builder's connectTimeout
                machinery/Controller         idle
                machinery/EventRecorder      idle
                machinery/DeltaFifo          idle
                machinery/WorkQueue          idle
                machinery/ComponentProcess   the whole life of the process
                machinery/VirtualTime        for tests
                controllers/Controllers      LeaderElector.acquire: each attempt has a deadline
                scheduler/Scheduler          LeaderElector.acquire: each attempt has a deadline
                scheduler/SchedulingLoop     idle; bindings end with the deadlines of their calls
                scheduler/BindingCycle       WaitingPods.Waiting.await has a time-out
                scheduler/Evictions          evictions end with the deadlines of their calls
                proxy/Link                   the receiver looks each half second whether the link is closed
                proxy/Tools                  the process is killed at its deadline
                proxy/TcpRelay               a relayed connection lasts as long as its ends want, and TCP finds the dead ones
                apiserver/ValidatingWebhooks each call has a time-out
                apiserver/PartsWriter        the request's deadline interrupts
                apiserver/EtcdLeases         the future is done
                apiserver/LogSink            idle
                apiserver/WebhookSink        idle
                cluster/LogsCommand          a command that shows a log
                cluster/Startup              the engine's start has a time-out
                cni-plugin/Tool              the runtime ends a plugin at its deadline
                kubectl-lite/DiffCommand     a command's own
                kubectl-lite/DrainCommand    a command's own
                kubectl-lite/EditCommand     a command's own
                kubectl-lite/ForwardedConnection a command's own
                kubectl-lite/Pipe            a command's own
                kubectl-lite/PortForwardCommand a command's own
                kubectl-lite/RemoteCommand   a command's own
                kubelet/PluginProcess        the plugin is killed at its deadline
                kubelet/PodNetworks          plugins are killed at their deadline
                kubelet/HollowHeartbeats     the start of the process
                kubelet/HollowPod            addresses of a pool
                kubelet/HollowPods           the start of the process
                kubelet/ApiPodReports        writers end with the deadlines of their calls
                kubelet/Inbox                idle
                kubelet/PodSync              idle
                kubelet/Awaited              engine calls have deadlines
                kubelet/DockerEvents         heartbeats of the engine
                kubelet/DockerStreams        heartbeats of the engine
                kubelet/BytePipe             its writer closes it
                kubelet/Futures              its tasks have deadlines
                kubelet/Tool                 the process is killed at its deadline""");
    }

    @Test
    void theTimeIsReadFromTheClockThatAPartIsGiven() {
        check("Instant\\.now\\(|currentTimeMillis\\(|(Local|Zoned|Offset)[A-Za-z]+\\.now\\(|new Date\\(\\)|Clock\\.system", """
                machinery/TimeSource         the system's clock
                apiserver/DeviceRules        not yet
                apiserver/RequestPipeline    not yet
                cluster/StatusCommand        a command
                cluster/VolumeCommand        a command
                kubectl-lite/DescribeCommand a command
                kubectl-lite/RolloutCommand  a command
                kubectl-lite/TarArchive      a command""");
    }
}
