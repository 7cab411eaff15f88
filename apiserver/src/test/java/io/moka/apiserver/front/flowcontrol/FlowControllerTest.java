package io.moka.apiserver.front.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Flow control: the schema and level that a request is assigned to, its seats, and seats that levels lend each other.
final class FlowControllerTest {
    private final List<ObjectNode> schemas = new ArrayList<>(BootstrapFlows.schemas());
    private final List<ObjectNode> levels = new ArrayList<>(BootstrapFlows.levels());
    private final ObjectReader objects = new ObjectReader() {
        @Override
        public List<ObjectNode> list(ResourceType type, String namespace) {
            return type.plural().equals("flowschemas") ? schemas : levels;
        }

        @Override
        public @Nullable ObjectNode get(ResourceType type, String namespace, String name) {
            return null;
        }

        @Override
        public long revision(ResourceType type) {
            return list(type, "").size();
        }
    };
    private int stored = 10;
    private final FlowController controller = new FlowController(Catalog.builtin(), objects, 600, (group, version, resource) -> stored, new SimpleMeterRegistry());

    private static Attributes request(String user, String groups, String verb, String group, String resource, String namespace) {
        UserInfo info = new UserInfo(user, List.of((groups + " system:authenticated").trim().split(" ")));
        if (resource.startsWith("/")) {
            return Attributes.nonResource(info, verb, resource);
        }
        String[] parts = resource.split("/");
        return new Attributes(info, verb, group, "v1", parts[0], parts.length > 1 ? parts[1] : "", namespace, "x", true, "");
    }

    @ParameterizedTest(name = "{0} {2} {4}")
    @CsvSource({
        "admin, system:masters, delete, '', pods, default, exempt, exempt",
        "ann, '', get, '', /healthz, '', probes, exempt",
        "ann, '', get, '', /version, '', global-default, global-default",
        "ann, devs, list, '', pods, default, global-default, global-default",
        "system:kube-scheduler, '', update, coordination.k8s.io, leases, kube-system, system-leader-election, leader-election",
        "system:kube-scheduler, '', list, '', pods, '', kube-scheduler, workload-high",
        "system:kube-controller-manager, '', update, '', endpoints, default, endpoint-controller, workload-high",
        "system:kube-controller-manager, '', list, '', pods, '', kube-controller-manager, workload-high",
        "system:node:a, system:nodes, update, coordination.k8s.io, leases, kube-node-lease, system-node-high, node-high",
        "system:node:a, system:nodes, patch, '', nodes/status, '', system-node-high, node-high",
        "system:node:a, system:nodes, list, '', pods, '', system-nodes, system",
        "system:serviceaccount:kube-system:dns, system:serviceaccounts, list, '', services, '', kube-system-service-accounts, workload-high",
        "system:serviceaccount:default:x, system:serviceaccounts, list, '', pods, default, service-accounts, workload-low",
        "system:serviceaccount:kube-system-2:x, system:serviceaccounts, list, '', pods, default, service-accounts, workload-low",
    })
    void theSchemaOfLowestPrecedenceThatFitsCounts(String user, String groups, String verb, String group, String resource, String namespace, String schema, String level) {
        FlowSchema found = controller.schemaOf(request(user, groups, verb, group, resource, namespace));
        assertEquals(schema, found.name());
        assertEquals(level, found.level());
    }

    /// It is written into etcd with a name that is not that of its key, so that a write does not find it.
    @Test
    void schemaWhoseStatusCannotBeWrittenHoldsUpNoOther() throws Exception {
        try (TestServer other = TestServer.start()) {
            String object = "{\"apiVersion\":\"flowcontrol.apiserver.k8s.io/v1\",\"kind\":\"FlowSchema\",\"metadata\":{\"name\":\"%s\",\"uid\":\"u\",\"generation\":1},"
                    + "\"spec\":{\"matchingPrecedence\":9000,\"priorityLevelConfiguration\":{\"name\":\"none\"}}}";
            other.store("/flowschemas/a-bad-one", object.formatted("nowhere"));
            other.settle();
            String schemas = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas";
            assertEquals(201, other.admin().post(schemas, object.formatted("good")).code());
            TestServer.await("the good one has its condition", () -> other.admin().get(schemas + "/good").json().at("/status/conditions/0/status").asText().equals("True"));
        }
    }

    @Test
    void aSchemaOfTheUsersCountsAtOnceAndADanglingOneDoesNot() {
        var request = request("ann", "", "list", "", "pods", "default");
        schemas.add(Trees.object("{metadata: {name: dangling}, spec: {matchingPrecedence: 5, priorityLevelConfiguration: {name: nowhere}, rules: [{subjects: [{kind: User, user: {name: '*'}}],"
                + " resourceRules: [{verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*']}]}]}}"));
        assertEquals("global-default", controller.schemaOf(request).name());
        schemas.add(Trees.object("{metadata: {name: mine}, spec: {matchingPrecedence: 50, priorityLevelConfiguration: {name: workload-low}, rules: [{subjects: [{kind: User, user: {name: ann}}],"
                + " resourceRules: [{verbs: [list], apiGroups: [''], resources: [pods], namespaces: [default]}]}]}}"));
        assertEquals("mine", controller.schemaOf(request).name());
        assertEquals("global-default", controller.schemaOf(request("ann", "", "list", "", "pods", "other")).name());
    }

    @Test
    void seatsAreSharedOutBySharesAndListsTakeMore() {
        String dump = controller.dumpLevels();
        assertTrue(dump.lines().anyMatch(line -> line.startsWith("workload-low, 0, true, false, 0, 0,")), dump);
        stored = 5000;
        var list = new Attributes(new UserInfo("ann", List.of("system:authenticated")), "list", "", "v1", "pods", "", "default", "", true, "");
        var entered = controller.enter(list, 0, System.nanoTime());
        // global-default has 20 of 245 shares of 600 seats, 49; a list takes no more than 15 % of those
        assertTrue(controller.dumpQueues().lines().anyMatch(line -> line.matches("global-default, \\d+, 0, 1, 7, .*")), controller.dumpQueues());
        ((FlowControl.Admission.Admitted) entered).release().run();
        var paged = controller.enter(list, 100, System.nanoTime());
        assertTrue(controller.dumpQueues().lines().anyMatch(line -> line.matches("global-default, \\d+, 0, 1, 1, .*")), controller.dumpQueues());
        ((FlowControl.Admission.Admitted) paged).release().run();
    }

    /// Seats that become free in one level are lent at once to requests that wait in another, even if no request comes or ends there.
    @Test
    void freedSeatsAreLentToThoseWhoWaitElsewhere() throws Exception {
        FlowController small = new FlowController(Catalog.builtin(), objects, 10, (group, version, resource) -> stored, new SimpleMeterRegistry());
        Attributes ann = request("ann", "devs", "get", "", "pods", "default");
        Attributes account = request("system:serviceaccount:default:x", "system:serviceaccounts", "get", "", "pods", "default");
        List<Runnable> lender = seatsOf(small, account);
        List<Runnable> borrower = seatsOf(small, ann);
        CompletableFuture<FlowControl.Admission> waits = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> waits.complete(small.enter(ann, 0, System.nanoTime() + TimeUnit.SECONDS.toNanos(30))));
        TestServer.await("a request waits", () -> small.dumpLevels().contains("global-default, 1, false, false, 1"));
        lender.forEach(Runnable::run);
        switch (waits.get(60, TimeUnit.SECONDS)) {
            case FlowControl.Admission.Admitted admitted -> admitted.release().run();
            case FlowControl.Admission.Refused refused -> throw new AssertionError(refused.reason());
        }
        borrower.forEach(Runnable::run);
    }

    /// The stored bootstrap objects equal those that the server compares them with, so a start on an existing store writes nothing.
    @Test
    void bootstrapObjectsAreStoredAsTheyAreWanted() throws Exception {
        try (var server = TestServer.start()) {
            for (String plural : List.of("flowschemas", "prioritylevelconfigurations")) {
                for (ObjectNode wanted : plural.equals("flowschemas") ? BootstrapFlows.schemas() : BootstrapFlows.levels()) {
                    var stored = server.admin().get("/apis/flowcontrol.apiserver.k8s.io/v1/" + plural + "/" + wanted.at("/metadata/name").asText());
                    assertEquals(wanted.get("spec"), stored.json().get("spec"));
                }
            }
        }
    }

    /// Takes all seats that the request can get without waiting. Returns the actions that give them back.
    private static List<Runnable> seatsOf(FlowController controller, Attributes request) {
        List<Runnable> seats = new ArrayList<>();
        while (controller.enter(request, 0, System.nanoTime()) instanceof FlowControl.Admission.Admitted admitted) {
            seats.add(admitted.release());
        }
        return seats;
    }
}
