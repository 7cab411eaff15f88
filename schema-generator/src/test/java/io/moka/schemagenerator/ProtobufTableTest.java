package io.moka.schemagenerator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of the binary form: numbers and types of chosen fields, messages that others refer to, and what fails the build.
class ProtobufTableTest {

    private static final String JSON_MESSAGES = "k8s\\.io\\.apiextensions_apiserver\\.pkg\\.apis\\.apiextensions\\.v1\\.JSON(SchemaPropsOr[A-Za-z]+)?";

    private static SortedMap<String, TypeModel> types = new TreeMap<>();
    private static Map<String, String> lines = Map.of();

    @BeforeAll
    static void generate() throws Exception {
        types = SchemaGenerator.types();
        lines = ProtobufGenerator.lines(types).stream().collect(Collectors.toMap(line -> line.split(" ")[0], Function.identity()));
    }

    /// Numbers of the published `generated.proto` files, for one message of each group at least.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            k8s.io.api.core.v1.ContainerPort        | 1:name:?string
            k8s.io.api.core.v1.ContainerPort        | 3:containerPort:int
            k8s.io.api.core.v1.PodList              | 2:items:*k8s.io.api.core.v1.Pod
            k8s.io.api.core.v1.PodSpec              | 2:containers:*k8s.io.api.core.v1.Container
            k8s.io.api.core.v1.ConfigMap            | 2:data:%string
            k8s.io.api.core.v1.ConfigMap            | 3:binaryData:%bytes
            k8s.io.api.core.v1.ResourceRequirements | 1:limits:%k8s.io.apimachinery.pkg.api.resource.Quantity
            k8s.io.api.core.v1.ServicePort          | 4:targetPort:k8s.io.apimachinery.pkg.util.intstr.IntOrString
            k8s.io.api.core.v1.Volume               | 2:volumeSource:^k8s.io.api.core.v1.VolumeSource@io.k8s.api.core.v1.Volume
            k8s.io.api.apps.v1.DeploymentSpec       | 1:replicas:int
            k8s.io.api.core.v1.Secret               | 4:stringData:%string
            k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta | 5:uid:?string
            k8s.io.api.core.v1.Probe | 5:successThreshold:?int
            k8s.io.api.core.v1.SecurityContext | 8:runAsGroup:int
            k8s.io.api.core.v1.SecurityContext | 11:seccompProfile:k8s.io.api.core.v1.SeccompProfile
            k8s.io.apimachinery.pkg.apis.meta.v1.OwnerReference | 5:apiVersion:string
            k8s.io.apimachinery.pkg.apis.meta.v1.OwnerReference | 4:uid:string
            k8s.io.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement | 3:values:*string
            k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions | 4:propagationPolicy:string
            k8s.io.api.admissionregistration.v1.MutatingWebhook | 11:objectSelector:k8s.io.apimachinery.pkg.apis.meta.v1.LabelSelector
            k8s.io.api.admissionregistration.v1.WebhookClientConfig | 3:url:string
            k8s.io.api.admissionregistration.v1.MutatingWebhookConfiguration | 2:webhooks:*k8s.io.api.admissionregistration.v1.MutatingWebhook
            k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion | 6:additionalPrinterColumns:*k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition
            k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps | 29:properties:%k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps
            k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps | 3:$ref:string
            k8s.io.kube_aggregator.pkg.apis.apiregistration.v1.ServiceReference | 3:port:int
            k8s.io.api.apps.v1.RollingUpdateDeployment | 2:maxSurge:k8s.io.apimachinery.pkg.util.intstr.IntOrString
            k8s.io.api.apps.v1.StatefulSetSpec | 5:serviceName:string
            k8s.io.api.authentication.v1.TokenRequestSpec | 4:expirationSeconds:int
            k8s.io.api.authentication.v1.BoundObjectReference | 4:uid:?string
            k8s.io.api.authorization.v1.ResourceAttributes | 6:subresource:?string
            k8s.io.api.autoscaling.v1.CrossVersionObjectReference | 3:apiVersion:string
            k8s.io.api.autoscaling.v2.MetricTarget | 4:averageUtilization:int
            k8s.io.api.batch.v1.JobSpec | 8:ttlSecondsAfterFinished:int
            k8s.io.api.batch.v1.PodFailurePolicyOnExitCodesRequirement | 3:values:*int
            k8s.io.api.certificates.v1.CertificateSigningRequestSpec | 7:signerName:string
            k8s.io.api.coordination.v1.LeaseSpec | 4:renewTime:k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime
            k8s.io.api.discovery.v1.Endpoint | 6:nodeName:string
            k8s.io.api.discovery.v1.EndpointConditions | 3:terminating:bool
            k8s.io.api.events.v1.EventSeries | 2:lastObservedTime:k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime
            k8s.io.api.flowcontrol.v1.LimitedPriorityLevelConfiguration | 3:lendablePercent:int
            k8s.io.api.networking.v1.HTTPIngressPath | 3:pathType:string
            k8s.io.api.networking.v1.NetworkPolicyPort | 3:endPort:int
            k8s.io.api.node.v1.Scheduling | 2:tolerations:*k8s.io.api.core.v1.Toleration
            k8s.io.api.policy.v1.PodDisruptionBudgetSpec | 3:maxUnavailable:k8s.io.apimachinery.pkg.util.intstr.IntOrString
            k8s.io.api.rbac.v1.PolicyRule | 5:nonResourceURLs:*string
            k8s.io.api.rbac.v1.RoleRef | 1:apiGroup:?string
            k8s.io.api.resource.v1.ExactDeviceRequest | 4:count:?int
            k8s.io.api.scheduling.v1.PriorityClass | 5:preemptionPolicy:string
            k8s.io.api.storage.v1.CSINodeDriver | 2:nodeID:string
            k8s.io.api.storage.v1.VolumeAttachmentSource | 1:persistentVolumeName:string
            =apps/v1/Deployment                     | k8s.io.api.apps.v1.Deployment
            =v1/PodList                             | k8s.io.api.core.v1.PodList
            =events.k8s.io/v1/Event                 | k8s.io.api.events.v1.Event
            """)
    void fieldsHaveTheirNumbersAndTypes(String message, String field) {
        assertTrue(List.of(String.valueOf(lines.get(message)).split(" ")).contains(field), lines.get(message));
    }

    /// The apiserver itself has the form of the messages that carry JSON.
    @Test
    void numbersOfAMessageDifferAndItsTypesAreInTheTable() {
        var problems = new ArrayList<String>();
        lines.values().stream().filter(line -> !line.startsWith("=")).forEach(line -> {
            var numbers = new HashSet<String>();
            Arrays.stream(line.split(" ")).skip(1).forEach(field -> {
                var parts = field.split(":", 3);
                var type = parts[2].replaceFirst("^[?*%^]+", "");
                if (!numbers.add(parts[0]) || type.contains(".") && !type.matches(JSON_MESSAGES) && !lines.containsKey(type)) {
                    problems.add(line.split(" ")[0] + " " + field);
                }
            });
        });
        assertEquals(List.of(), problems);
    }

    @Test
    void eachKindLeadsToAMessage() {
        types.values().stream().filter(type -> !type.kind().isEmpty()).forEach(type -> {
            var line = lines.get("=" + type.kind());
            assertTrue(line != null && lines.containsKey(line.split(" ")[1]), type.kind());
        });
    }

    private static String failure(TypeModel changed) {
        var all = new TreeMap<>(types);
        all.put(changed.name(), changed);
        return assertThrows(IllegalStateException.class, () -> ProtobufGenerator.lines(all)).getMessage();
    }

    @Test
    void aFieldWithoutANumberFailsTheBuild() {
        var port = types.get("io.k8s.api.core.v1.ContainerPort");
        var fields = new TreeMap<>(port.fields());
        fields.put("colour", new FieldModel("colour", "string", "", ""));
        assertEquals("protobuf: io.k8s.api.core.v1.ContainerPort has no number for the field colour", failure(new TypeModel(port.name(), port.kind(), "", fields)));
    }

    @Test
    void aKindWithoutAMessageFailsTheBuild() {
        assertEquals("protobuf: no message for the kind v1/Nothing; describe it in messages.txt", failure(new TypeModel("io.k8s.api.core.v1.Nothing", "v1/Nothing", "", new TreeMap<>())));
    }
}
