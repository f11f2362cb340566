/** The OpenAPI description that each service serves under {@code /v3/api-docs}. */
@NullMarked
package dev.saga.web.description;

import org.jspecify.annotations.NullMarked;
