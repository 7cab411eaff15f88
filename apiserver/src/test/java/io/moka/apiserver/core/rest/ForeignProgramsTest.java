package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.apiserver.core.protobuf.ProtobufDecoder;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The lists and watches of upstream's programs of 1.36, with their default feature gates: each is answered, under the roles that the programs have.
final class ForeignProgramsTest extends ServerTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "system:kube-scheduler | system:authenticated | v1: nodes namespaces services replicationcontrollers persistentvolumes persistentvolumeclaims"
                + " pods?fieldSelector=status.phase!%3DSucceeded,status.phase!%3DFailed; apps/v1: replicasets statefulsets; policy/v1: poddisruptionbudgets;"
                + " storage.k8s.io/v1: storageclasses csinodes csidrivers csistoragecapacities volumeattachments;"
                + " resource.k8s.io/v1: resourceclaims resourceslices deviceclasses",
        "system:kube-proxy | system:authenticated | v1: nodes?fieldSelector=metadata.name%3Dn"
                + " services?labelSelector=!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name;"
                + " discovery.k8s.io/v1: endpointslices?labelSelector=!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name;"
                + " networking.k8s.io/v1: servicecidrs",
        "system:node:n | system:nodes | v1: services nodes?fieldSelector=metadata.name%3Dn pods?fieldSelector=spec.nodeName%3Dn; storage.k8s.io/v1: csidrivers; node.k8s.io/v1: runtimeclasses;"
                + " resource.k8s.io/v1: resourceslices?fieldSelector=spec.nodeName%3Dn; certificates.k8s.io/v1: certificatesigningrequests?fieldSelector=metadata.name%3Dx",
        "system:kube-controller-manager | system:authenticated | v1: pods nodes namespaces services endpoints serviceaccounts secrets configmaps persistentvolumes persistentvolumeclaims"
                + " replicationcontrollers resourcequotas limitranges podtemplates events secrets?fieldSelector=type%3Dbootstrap.kubernetes.io/token;"
                + " apps/v1: deployments replicasets statefulsets daemonsets controllerrevisions; batch/v1: jobs cronjobs; autoscaling/v2: horizontalpodautoscalers;"
                + " autoscaling/v1: horizontalpodautoscalers; policy/v1: poddisruptionbudgets; coordination.k8s.io/v1: leases; discovery.k8s.io/v1: endpointslices;"
                + " events.k8s.io/v1: events; certificates.k8s.io/v1: certificatesigningrequests;"
                + " networking.k8s.io/v1: ingresses ingressclasses networkpolicies ipaddresses servicecidrs; node.k8s.io/v1: runtimeclasses;"
                + " storage.k8s.io/v1: storageclasses csinodes csidrivers csistoragecapacities volumeattachments volumeattributesclasses;"
                + " scheduling.k8s.io/v1: priorityclasses; rbac.authorization.k8s.io/v1: clusterroles clusterrolebindings roles rolebindings;"
                + " admissionregistration.k8s.io/v1: validatingadmissionpolicies validatingadmissionpolicybindings mutatingadmissionpolicies mutatingadmissionpolicybindings"
                + " validatingwebhookconfigurations mutatingwebhookconfigurations;"
                + " apiextensions.k8s.io/v1: customresourcedefinitions; apiregistration.k8s.io/v1: apiservices; flowcontrol.apiserver.k8s.io/v1: flowschemas prioritylevelconfigurations;"
                + " resource.k8s.io/v1: resourceclaims resourceclaimtemplates resourceslices deviceclasses",
    })
    void eachListAndWatchIsAnswered(String user, String group, String resources) {
        TestServer.Caller program = server.as(TestPki.shared().client(user, group));
        List<String> refused = new ArrayList<>();
        for (String part : resources.split(";")) {
            String groupVersion = part.strip().split(":")[0];
            for (String resource : part.strip().substring(groupVersion.length() + 1).strip().split(" +")) {
                String path = (groupVersion.equals("v1") ? "/api/" : "/apis/") + groupVersion + "/" + resource;
                String and = path.contains("?") ? "&" : "?";
                for (String accept : List.of("application/json", ProtobufDecoder.MEDIA_TYPE)) {
                    for (String query : List.of("limit=500&resourceVersion=0", "watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan")) {
                        int code = code(program, path + and + query, accept);
                        if (code != 200) {
                            refused.add(code + " " + path + and + query + " " + accept);
                        }
                    }
                }
            }
        }
        assertEquals(List.of(), refused);
    }

    /// A watch is left as soon as it has been answered.
    private static int code(TestServer.Caller program, String path, String accept) {
        var response = program.send(program.request(path).header("Accept", accept), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            return response.statusCode();
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }
}
