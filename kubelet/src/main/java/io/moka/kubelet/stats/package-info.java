/// What pods use: CPU time and memory of live containers, read from their cgroups when somebody asks.
///
/// Promises:
/// - nothing is collected while nobody asks, and only the few files of containers that run are read, never a whole hierarchy;
/// - no reading happens on a pod's way to life.
///
/// Upstream's cAdvisor samples everything all the time. Read [Summary] first.
@NullMarked
package io.moka.kubelet.stats;

import org.jspecify.annotations.NullMarked;
