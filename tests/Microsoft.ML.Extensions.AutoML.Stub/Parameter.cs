using System;
using System.Collections;
using System.Collections.Generic;

namespace Microsoft.ML.SearchSpace;

public enum ParameterType
{
    Integer = 0,
    Number = 1,
    Bool = 2,
    String = 3,
    Object = 4,
    Array = 5,
}

/// <summary>A value, or values by name.</summary>
public sealed class Parameter : IEnumerable<KeyValuePair<string, Parameter>>
{
    private readonly Dictionary<string, Parameter> _values = [];
    private readonly object? _value;

    private Parameter(object? value, ParameterType type) => (_value, ParameterType) = (value, type);

    public ParameterType ParameterType { get; }

    public Parameter this[string key]
    {
        get => _values[key];
        set => _values[key] = value;
    }

    public static Parameter FromDouble(double value) => new(value, ParameterType.Number);

    public static Parameter FromInt(int value) => new(value, ParameterType.Integer);

    public static Parameter FromString(string value) => new(value, ParameterType.String);

    public static Parameter FromBool(bool value) => new(value, ParameterType.Bool);

    public static Parameter CreateNestedParameter(params KeyValuePair<string, Parameter>[] parameters)
    {
        var nested = new Parameter(null, ParameterType.Object);
        foreach (var parameter in parameters)
        {
            nested[parameter.Key] = parameter.Value;
        }
        return nested;
    }

    public bool ContainsKey(string key) => _values.ContainsKey(key);

    public T AsType<T>() => (T)Convert.ChangeType(_value!, typeof(T));

    IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();
}
