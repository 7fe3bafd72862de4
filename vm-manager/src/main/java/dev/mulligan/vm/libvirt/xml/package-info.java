/**
 * What libvirt reads and writes, as XML.
 *
 * <p>Start reading at {@link dev.mulligan.vm.libvirt.xml.DomainXml}. The format is described in libvirt's
 * documentation, "Domain XML format" and "Snapshot XML format".
 */
@NullMarked
package dev.mulligan.vm.libvirt.xml;

import org.jspecify.annotations.NullMarked;
