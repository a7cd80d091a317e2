namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// Marks a test that asks something of what was trained or drawn, and whose outcome depends on seeds, vector width or thread count by so
/// much.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TrainedAttribute : TestCategoryBaseAttribute
{
    public override IList<string> TestCategories => ["Trained"];
}
