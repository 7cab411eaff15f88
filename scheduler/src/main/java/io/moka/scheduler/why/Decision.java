package io.moka.scheduler.why;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Times;
import io.moka.scheduler.cache.PodInfo;
import java.time.Instant;

/// The record of one scheduling cycle of one pod.
///
/// @param attempt the number of this attempt among the pod's attempts
public record Decision(@JsonIgnore PodInfo subject, @JsonIgnore Instant at, int attempt, Outcome outcome) {

    @JsonIgnore
    public ObjectKey pod() {
        return subject.key();
    }

    @JsonProperty
    public String time() {
        return Times.format(at);
    }
}
