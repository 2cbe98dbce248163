package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"npconv.dev/conformance/wire"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apimachinery "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// resource is one version of a CustomResourceDefinition, ready to judge objects.
type resource struct {
	namespaced bool
	structural *schema.Structural
	schema     validation.SchemaValidator
	cel        *cel.Validator
}

// load reads CustomResourceDefinitions: every served version of each, by apiVersion and kind.
func load(paths []string) (map[string]resource, error) {
	found := map[string]resource{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
		for {
			definition := &apiextensionsv1.CustomResourceDefinition{}
			if err := decoder.Decode(definition); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			if definition.Kind != "CustomResourceDefinition" {
				continue
			}
			for _, version := range definition.Spec.Versions {
				made, err := prepare(version, definition.Spec.Scope == apiextensionsv1.NamespaceScoped)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", path, err)
				}
				found[definition.Spec.Group+"/"+version.Name+" "+definition.Spec.Names.Kind] = made
			}
		}
	}
	return found, nil
}

func prepare(version apiextensionsv1.CustomResourceDefinitionVersion, namespaced bool) (resource, error) {
	internal := &apiextensions.CustomResourceValidation{}
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(
		version.Schema, internal, nil,
	); err != nil {
		return resource{}, err
	}
	structural, err := schema.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return resource{}, err
	}
	validator, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	if err != nil {
		return resource{}, err
	}
	return resource{
		namespaced: namespaced,
		structural: structural,
		schema:     validator,
		cel:        cel.NewValidator(structural, true, celconfig.PerCallLimit),
	}, nil
}

// accept does what pkg/registry/customresource does on creation: prune, default, validate, and CEL if all is well.
func (r resource) accept(document []byte) (wire.Answer, error) {
	object := map[string]any{}
	if err := json.Unmarshal(document, &object); err != nil { // integers stay integers, as CEL wants them
		return nil, err
	}
	unknown := pruning.PruneWithOptions(
		object, r.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true},
	)
	defaulting.PruneNonNullableNullsWithoutDefaults(object, r.structural)
	defaulting.Default(object, r.structural)
	about := &unstructured.Unstructured{Object: object}
	if r.namespaced && about.GetNamespace() == "" {
		about.SetNamespace("default")
	}
	found := apimachinery.ValidateObjectMetaAccessor(
		about, r.namespaced, apimachinery.NameIsDNSSubdomain, field.NewPath("metadata"),
	)
	found = append(found, validation.ValidateCustomResource(nil, object, r.schema)...)
	found = append(found, objectmeta.Validate(nil, object, r.structural, true)...)
	found = append(found, listtype.ValidateListSetsAndMaps(nil, r.structural, object)...)
	if len(found) == 0 && r.cel != nil {
		said, _ := r.cel.Validate(
			context.Background(), nil, r.structural, object, nil, celconfig.RuntimeCELCostBudget,
		)
		found = append(found, said...)
	}
	problems := []string{}
	for _, one := range found {
		problems = append(problems, one.Error())
	}
	if unknown == nil {
		unknown = []string{}
	}
	return wire.Answer{
		"accepted": len(problems) == 0,
		"problems": problems,
		"unknown":  unknown,
		"stored":   object["spec"],
	}, nil
}
