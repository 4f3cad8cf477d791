"""lua_domain - the directives lua:function, lua:method and lua:data for the reference of the Lua module.

A signature is written as it is called: 'dasm.assemble text [options] ...', 'assembler:emit text ...'.
"""
from docutils import nodes
from sphinx import addnodes
from sphinx.directives import ObjectDescription
from sphinx.domains import Domain, ObjType
from sphinx.roles import XRefRole
from sphinx.util.nodes import make_refnode


class LuaObject(ObjectDescription):
    def handle_signature(self, sig, signode):
        name, *parameters = sig.split()
        signode += addnodes.desc_name(name, name)
        if self.objtype != "data":
            text = "(%s)" % ", ".join(parameters).replace(", [", " [, ").replace("] [", "[")
            signode += addnodes.desc_sig_punctuation("", text)
        return name

    def add_target_and_index(self, name, sig, signode):
        anchor = "lua-" + name.replace(":", ".")
        signode["ids"].append(anchor)
        self.env.get_domain("lua").data["objects"][name] = (self.env.docname, anchor, self.objtype)
        self.indexnode["entries"].append(("single", f"{name} (Lua)", anchor, "", None))


class LuaDomain(Domain):
    name, label = "lua", "Lua"
    object_types = {kind: ObjType(kind, "obj") for kind in ("function", "method", "data")}
    directives = {kind: LuaObject for kind in object_types}
    roles = {"obj": XRefRole()}
    initial_data = {"objects": {}}
    data_version = 1

    def clear_doc(self, docname):
        objects = self.data["objects"]
        for name in [n for n, (doc, _, _) in objects.items() if doc == docname]:
            del objects[name]

    def merge_domaindata(self, docnames, otherdata):
        self.data["objects"].update({n: o for n, o in otherdata["objects"].items() if o[0] in docnames})

    def get_objects(self):
        for name, (docname, anchor, kind) in self.data["objects"].items():
            yield name, name, kind, docname, anchor, 1

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        if target not in self.data["objects"]:
            return None
        docname, anchor, _ = self.data["objects"][target]
        return make_refnode(builder, fromdocname, docname, anchor, contnode, target)

    def resolve_any_xref(self, env, fromdocname, builder, target, node, contnode):
        found = self.resolve_xref(env, fromdocname, builder, "obj", target, node, contnode)
        return [("lua:obj", found)] if found is not None else []


def setup(app):
    app.add_domain(LuaDomain)
    return {"parallel_read_safe": True}
