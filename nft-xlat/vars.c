// SPDX-License-Identifier: GPL-2.0-only
/* The variables of a ruleset, in the scopes of its blocks. */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "vars.h"

struct var {
	struct var *next;
	unsigned int scope;
	char *name;
	char *value;
};

/* The newest comes first, so variables of inner scopes come before those of
 * outer ones, and new values before old ones.
 */
static struct var *vars;

static void unlink_var(struct var **link)
{
	struct var *var = *link;

	*link = var->next;
	free(var->name);
	free(var->value);
	free(var);
}

static bool is_named(const struct var *var, const char *name, size_t len)
{
	return strlen(var->name) == len && !memcmp(var->name, name, len);
}

/**
 * vars_define() - define or redefine a variable
 * @name: its name
 * @len: the length of the name
 * @value: its value, with no variable in it
 * @scope: depth of the block that it belongs to, 0 is the top
 */
void vars_define(const char *name, size_t len, const char *value,
		 unsigned int scope)
{
	struct var *var = xrealloc(NULL, sizeof(*var));

	var->name = xstrndup(name, len);
	var->value = xstrdup(value);
	var->scope = scope;
	var->next = vars;
	vars = var;
}

/**
 * vars_undefine() - take the definitions of a variable back
 * @name: name of the variable
 * @len: the length of the name
 * @scope: depth of the block that it belongs to
 */
void vars_undefine(const char *name, size_t len, unsigned int scope)
{
	struct var **link = &vars;

	while (*link && (*link)->scope >= scope) {
		if (is_named(*link, name, len))
			unlink_var(link);
		else
			link = &(*link)->next;
	}
}

/**
 * vars_lookup() - the value of a variable
 * @name: its name
 * @len: the length of the name
 *
 * Return: the value, or NULL when there is no such variable.
 */
const char *vars_lookup(const char *name, size_t len)
{
	const struct var *var;

	for (var = vars; var; var = var->next)
		if (is_named(var, name, len))
			return var->value;
	return NULL;
}

/**
 * vars_leave() - forget the variables of a block and those in it
 * @scope: depth of the block
 */
void vars_leave(unsigned int scope)
{
	while (vars && vars->scope >= scope)
		unlink_var(&vars);
}
