package io.moka.kubelet.cni;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// A port of the node that leads to a port of the pod, as the `portMappings` capability has it.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PortMapping(@JsonProperty("hostPort") int hostPort, @JsonProperty("containerPort") int containerPort,
        @JsonProperty("protocol") String protocol, @JsonProperty("hostIP") @Nullable String hostIp) {
}
