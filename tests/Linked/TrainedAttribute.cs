namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// Marks a test of a trained or random result whose outcome depends noticeably on seeds, vector width or thread count.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TrainedAttribute : TestCategoryBaseAttribute
{
    public override IList<string> TestCategories => ["Trained"];
}
