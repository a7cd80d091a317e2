namespace System.Runtime.CompilerServices;

/// <summary>Lets this assembly use internals of the named one; honoured by the runtime, unknown to the reference assemblies.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
