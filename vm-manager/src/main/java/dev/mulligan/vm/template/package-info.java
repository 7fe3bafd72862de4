/**
 * Templates: an image booted once, warmed up, and frozen. Start reading at {@link dev.mulligan.vm.template.TemplateStore};
 * {@code TemplateMaking} has the steps in their order.
 */
@NullMarked
package dev.mulligan.vm.template;

import org.jspecify.annotations.NullMarked;
