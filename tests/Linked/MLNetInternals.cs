using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>What ML.NET's own tools use and keep internal.</summary>
internal static class MLNetInternals
{
    /// <summary>The shape of real data, as ML.NET itself makes it before the estimators of a chain are fitted.</summary>
    public static SchemaShape Shape(this DataViewSchema schema) => Create(null, schema);

    /// <summary>What AutoML calls at the end of its time.</summary>
    public static void Cancel(this MLContext ml) => CancelExecution(ml);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "Create")]
    private static extern SchemaShape Create(SchemaShape? type, DataViewSchema schema);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CancelExecution")]
    private static extern void CancelExecution(MLContext ml);
}
