/// Binds claims and volumes to each other, gives claims the default class, and reclaims volumes whose claim is gone.
///
/// Watches claims, volumes, storage classes and pods. Writes claims and volumes.
///
/// - A claim gets the smallest volume that suits its class, size, access modes, mode, selector and `volumeName`. If no volume suits, an annotation asks the
///   provisioner of its class to create one.
/// - A claim of a class with `WaitForFirstConsumer` waits for the scheduler: it binds the claim to a volume that the pod's node reaches, or names the
///   node in the annotation `volume.kubernetes.io/selected-node`, and the provisioner makes one there.
/// - Binding takes four writes: the volume names the claim (at its resource version, so that one claim wins), the volume is `Bound`, the claim names the
///   volume, the claim is `Bound`. After a crash between two of them the remaining writes are made.
/// - A claim whose volume is gone is `Lost`, for ever: it gets no other volume, as that would be empty.
/// - A volume whose claim is gone is `Released`. `Retain` leaves it so; `Delete` leaves it to the provisioner that created it, and is a failure if no
///   provisioner did; `Recycle` is refused.
///
/// Follows upstream's `pkg/controller/volume/persistentvolume`, its phases, annotations, events and messages. Differs: there are no in-tree provisioners or
/// recyclers; a change wakes the claims that it can help, while upstream checks all of them every 15 s. Read [ClaimPlan], then [VolumePlan].
@NullMarked
package io.moka.controllers.persistentvolume;

import org.jspecify.annotations.NullMarked;
