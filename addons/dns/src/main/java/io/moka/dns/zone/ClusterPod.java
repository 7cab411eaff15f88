package io.moka.dns.zone;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.moka.machinery.client.ResourceType;
import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parts of a pod that DNS needs: its addresses and its resolver's configuration. The rest of the object is not kept, as a cluster has
/// more pods than anything else.
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonDeserialize(using = JsonDeserializer.None.class)
public final class ClusterPod implements HasMetadata, Namespaced {

    public static final ResourceType<ClusterPod> TYPE = new ResourceType<>("", "v1", "pods", "Pod", true, ClusterPod.class);

    @Serial
    private static final long serialVersionUID = 1L;

    private ObjectMeta metadata = new ObjectMeta();
    private Spec spec = new Spec(null, null, null);
    private Status status = new Status(null, null);

    /// The parts of a pod's specification that determine the configuration of its resolver.
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Spec(@Nullable String dnsPolicy, @Nullable DnsConfig dnsConfig, @Nullable Boolean hostNetwork) {
    }

    /// Additions to the resolver's configuration.
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record DnsConfig(@Nullable List<String> searches, @Nullable List<Option> options) {
    }

    /// An option of the resolver, such as `ndots`.
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Option(@Nullable String name, @Nullable String value) {
    }

    /// The pod's phase and addresses.
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Status(@Nullable String phase, @Nullable List<Address> podIPs) {
    }

    /// One of the pod's addresses.
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Address(@Nullable String ip) {
    }

    /// Returns the pod's addresses in their canonical spelling; empty once the pod has ended.
    public List<String> addresses() {
        var phase = status.phase();
        if (status.podIPs() == null || "Succeeded".equals(phase) || "Failed".equals(phase)) {
            return List.of();
        }
        return status.podIPs().stream().map(Address::ip).filter(ip -> ip != null && !ip.isEmpty()).map(Addresses::canonical).toList();
    }

    public boolean usesHostNetwork() {
        return Boolean.TRUE.equals(spec.hostNetwork());
    }

    public Spec getSpec() {
        return spec;
    }

    public void setSpec(@Nullable Spec spec) {
        this.spec = spec == null ? new Spec(null, null, null) : spec;
    }

    public Status getStatus() {
        return status;
    }

    public void setStatus(@Nullable Status status) {
        this.status = status == null ? new Status(null, null) : status;
    }

    @Override
    public ObjectMeta getMetadata() {
        return metadata;
    }

    /// Keeps only the object's key and resource version.
    @Override
    public void setMetadata(ObjectMeta all) {
        metadata = new ObjectMeta();
        metadata.setNamespace(all.getNamespace());
        metadata.setName(all.getName());
        metadata.setResourceVersion(all.getResourceVersion());
    }

    @Override
    public String getKind() {
        return TYPE.kind();
    }

    @Override
    public String getApiVersion() {
        return TYPE.apiVersion();
    }

    @Override
    public void setApiVersion(String version) {
        // ignored, since pods have only one API version
    }
}
