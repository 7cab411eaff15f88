package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// "ConfigMap", "Secrets", "Events", "PriorityClass endpoints": validation and immutable fields of such objects.
final class ConfigurationsTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("configurations");

    @ParameterizedTest
    @CsvSource({"configmaps,value-2,value-3", "secrets,dmFsdWUtMg==,dmFsdWUtMw=="})
    void whatIsImmutableStaysSo(String plural, String second, String third) {
        String path = namespace + "/" + plural + "/fixed";
        API.post(namespace + "/" + plural, "{metadata: {name: fixed}, data: {data-1: %s}}".formatted(second)).expect(201);
        API.update(path, object -> object.withObject("data").put("data-1", third));
        API.update(path, object -> object.put("immutable", true));
        Answer refused = API.merge(path, "data: {data-1: %s}".formatted(second)).expect(422);
        assertTrue(refused.body().contains("field is immutable when `immutable` is set"), refused.body());
        API.merge(path, "immutable: false").expect(422);
        API.merge(path, "metadata: {labels: {label-1: value-1}}").expect(200);
        API.delete(path).expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"configmaps", "secrets"})
    void keyMustNotBeEmpty(String plural) {
        API.post(namespace + "/" + plural, "{metadata: {name: empty}, data: {'': dmFsdWUtMQ==}}").expect(422);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/api/v1 | {count: 2, lastObservedTime: '2026-01-01T00:00:00.000000Z'} | {involvedObject: {kind: Pod, namespace: $namespace, name: p}, message: m, reason: r, type: Normal, metadata: {name: e}}",
        "/apis/events.k8s.io/v1 | {count: 2, lastObservedTime: '2026-01-01T00:00:00.000000Z'} | {regarding: {kind: Pod, namespace: $namespace, name: p}, note: m, reason: r, type: Normal, action: Do, reportingController: test-controller, reportingInstance: test-node, eventTime: '2017-09-19T13:49:16.000000Z', metadata: {name: e}}"})
    void eventBecomesASeries(String row) {
        String[] parts = row.split(" \\| ");
        String events = namespace.replace("/api/v1", parts[0]) + "/events";
        API.post(events, parts[2].replace("$namespace", namespace.substring("/api/v1/namespaces/".length()))).expect(201);
        Answer patched = API.strategic(events + "/e", "series: " + parts[1]).expect(200);
        assertEquals(2, patched.at("series", "count").asInt());
        Answer updated = API.update(events + "/e", event -> event.set("series", Api.yaml("{count: 100, lastObservedTime: '2017-09-19T13:49:16.000000Z'}")));
        assertEquals(100, updated.at("series", "count").asInt());
        assertEquals("2017-09-19T13:49:16.000000Z", updated.text("series", "lastObservedTime"));
        API.delete(events + "/e").expect(200);
    }

    @Test
    void priorityIsFixedAndItsDescriptionIsNot() {
        String classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
        API.post(classes, "{metadata: {name: e2e-p1}, value: 10, description: one}").expect(201);
        API.merge(classes + "/e2e-p1", "value: 11").expect(422);
        API.merge(classes + "/e2e-p1", "{description: two, metadata: {labels: {a: b}}}").expect(200);
        Answer refused = API.put(classes + "/e2e-p1", API.get(classes + "/e2e-p1").object().put("value", 12)).expect(422);
        assertEquals("Invalid", refused.text("reason"));
        API.delete(classes + "/e2e-p1").expect(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "flowschemas | {matchingPrecedence: 1, priorityLevelConfiguration: {name: exempt}} | only the schema named 'exempt' may have matchingPrecedence 1",
        "flowschemas | {priorityLevelConfiguration: {name: ''}} | spec.priorityLevelConfiguration.name: Required value: must reference a priority level",
        "flowschemas | {priorityLevelConfiguration: {name: a}, rules: [{nonResourceRules: [{verbs: ['*'], nonResourceURLs: ['*']}]}]} | spec.rules[0].subjects: Required value: subjects must contain at least one value",
        "flowschemas | {priorityLevelConfiguration: {name: a}, rules: [{subjects: [{kind: User, group: {name: g}}]}]} | spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'",
        "flowschemas | {priorityLevelConfiguration: {name: a}, rules: [{subjects: [{kind: User, user: {name: u}}]}]} | spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty",
        "flowschemas | {priorityLevelConfiguration: {name: a}, rules: [{subjects: [{kind: User, user: {name: u}}], resourceRules: [{verbs: ['*', get], apiGroups: ['*'], resources: ['*']}]}]} | spec.rules[0].resourceRules[0].namespaces: Required value",
        "prioritylevelconfigurations | {type: Exempt} | type must be 'Exempt' if and only if name is 'exempt'",
        "prioritylevelconfigurations | {type: Limited} | spec.limited: Required value: must not be empty when type is Limited",
        "prioritylevelconfigurations | {type: Limited, limited: {limitResponse: {type: Queue}}} | spec.limited.limitResponse.queuing: Required value",
        "prioritylevelconfigurations | {type: Limited, limited: {limitResponse: {type: Queue, queuing: {handSize: 9, queues: 3}}}} | spec.limited.limitResponse.queuing.handSize: Invalid value: 9: should not be greater than queues (3)"})
    void flowsThatMakeNoSenseAreRefused(String plural, String spec, String expected) {
        Answer refused = API.post("/apis/flowcontrol.apiserver.k8s.io/v1/" + plural, "{metadata: {name: bad}, spec: %s}".formatted(spec)).expect(422);
        assertTrue(refused.text("message").contains(expected), refused.body());
    }

    @Test
    void levelGetsItsDefaults() {
        String levels = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations";
        Answer level = API.post(levels, "{metadata: {name: e2e-defaults}, spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}}}").expect(201);
        assertEquals(Api.yaml("{nominalConcurrencyShares: 30, lendablePercent: 0, limitResponse: {type: Queue, queuing: {queues: 64, handSize: 8, queueLengthLimit: 50}}}"), level.at("spec", "limited"));
        API.delete(levels + "/e2e-defaults").expect(200);
    }

    /// Immutable and invalid fields of small kinds.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/apis/storage.k8s.io/v1/csidrivers | {spec: {}} | {spec: {fsGroupPolicy: None}} | spec.fsGroupPolicy: Invalid value: \"None\": field is immutable",
        "/apis/storage.k8s.io/v1/volumeattachments | {spec: {attacher: a, nodeName: n, source: {persistentVolumeName: p}}} | {spec: {nodeName: m}} | field is immutable",
        "/apis/storage.k8s.io/v1/namespaces/default/csistoragecapacities | {storageClassName: a, nodeTopology: {}} | {storageClassName: b} | storageClassName: Invalid value: \"b\": field is immutable",
        "/apis/networking.k8s.io/v1/ingressclasses | {spec: {controller: example.com/a}} | {spec: {controller: example.com/b}} | spec.controller: Invalid value: \"example.com/b\": field is immutable",
        "/apis/apps/v1/namespaces/default/controllerrevisions | {revision: 1, data: {a: b}} | {data: {a: c}} | data: Invalid value",
        "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies | {spec: {podSelector: {}}} | {spec: {policyTypes: [Sideways]}} | spec.policyTypes[0]: Unsupported value: \"Sideways\": supported values: \"Egress\", \"Ingress\"",
        "/apis/storage.k8s.io/v1/volumeattachments | {spec: {attacher: a, nodeName: n, source: {persistentVolumeName: p}}} | {spec: {source: {persistentVolumeName: null}}} | spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName"})
    void changeThatMayNotBeIsRefused(String collection, String manifest, String change, String expected) {
        ObjectNode object = (ObjectNode) Api.yaml(manifest);
        object.putObject("metadata").put("name", "e2e-fixed");
        API.post(collection, object).expect(201);
        Answer refused = API.merge(collection + "/e2e-fixed", change).expect(422);
        assertTrue(refused.text("message").contains(expected), refused.body());
        API.delete(collection + "/e2e-fixed").expect(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/apis/apps/v1 | deployments | {spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: none}]}}}} | {replicas: -1} | status.replicas: Invalid value: -1: must be greater than or equal to 0",
        "/apis/policy/v1 | poddisruptionbudgets | {spec: {minAvailable: 1}} | {disruptionsAllowed: -1} | status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0",
        "/api/v1 | services | {spec: {type: LoadBalancer, ports: [{port: 80}]}} | {loadBalancer: {ingress: [{ip: nonsense}]}} | status.loadBalancer.ingress[0].ip: Invalid value: \"nonsense\": must be a valid IP address",
        "/apis/networking.k8s.io/v1 | ingresses | {spec: {defaultBackend: {service: {name: s, port: {number: 80}}}}} | {loadBalancer: {ingress: [{hostname: 'a b'}]}} | status.loadBalancer.ingress[0].hostname: Invalid value: \"a b\""})
    void statusThatCannotBeIsRefused(String root, String plural, String manifest, String status, String expected) {
        String collection = namespace.replace("/api/v1", root) + "/" + plural;
        ObjectNode object = (ObjectNode) Api.yaml(manifest);
        object.putObject("metadata").put("name", "odd");
        API.post(collection, object).expect(201);
        Answer refused = API.merge(collection + "/odd/status", "status: " + status).expect(422);
        assertTrue(refused.text("message").contains(expected), refused.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{propagationPolicy: Foo} | propagationPolicy: Unsupported value: \"Foo\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
        "{propagationPolicy: Orphan, orphanDependents: true} | propagationPolicy: Invalid value: \"Orphan\": orphanDependents and deletionPropagation cannot be both set",
        "{dryRun: [Foo]} | dryRun: Unsupported value"})
    void deletionThatContradictsItselfIsRefused(String options, String expected) {
        API.post(namespace + "/configmaps", "{metadata: {name: kept}}").expect(201);
        Answer refused = API.delete(namespace + "/configmaps/kept", options).expect(422);
        assertTrue(refused.text("message").contains(expected), refused.body());
        API.get(namespace + "/configmaps/kept").expect(200);
    }

    /// Kinds whose updates must carry a resource version.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/apis/coordination.k8s.io/v1/namespaces/default/leases | leases.coordination.k8s.io | {metadata: {name: e2e}, spec: {holderIdentity: me}}",
        "/apis/policy/v1/namespaces/default/poddisruptionbudgets | poddisruptionbudgets.policy | {metadata: {name: e2e}, spec: {minAvailable: 1}}",
        "/apis/storage.k8s.io/v1/csidrivers | csidrivers.storage.k8s.io | {metadata: {name: e2e}, spec: {}}",
        "/apis/node.k8s.io/v1/runtimeclasses | runtimeclasses.node.k8s.io | {metadata: {name: e2e}, handler: none}",
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations | validatingwebhookconfigurations.admissionregistration.k8s.io | {metadata: {name: e2e}, webhooks: []}"})
    void updateNamesTheRevisionItIsOf(String collection, String resource, String manifest) {
        API.post(collection, manifest).expect(201);
        Answer refused = API.put(collection + "/e2e", Api.yaml(manifest)).expect(422);
        assertEquals(resource + " \"e2e\" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update", refused.text("message"));
        API.update(collection + "/e2e", object -> object.withObject("metadata").putObject("labels").put("a", "b"));
        API.delete(collection + "/e2e").expect(200);
    }
}
