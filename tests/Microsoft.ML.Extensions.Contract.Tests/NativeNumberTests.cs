namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// No native number of TorchSharp is a temporary, which a garbage collection on another thread could free while native code reads it.
/// </summary>
[TestClass]
public sealed class NativeNumberTests
{
    public static IEnumerable<string> Programs => NativeNumberReader.Assemblies;

    [TestMethod]
    [DynamicData(nameof(Programs))]
    public void EveryNativeNumber_IsHeldUntilItsOperationIsDone(string assembly)
    {
        var found = NativeNumberReader.Temporaries(assembly);
        Assert.IsEmpty(found,
            string.Join(Environment.NewLine,
                found.Prepend("Take the number from Numbers or NumberDoors, from a field, or from a using; and build the whole solution, as old assemblies are read, too:")));
    }

    [TestMethod]
    public void EveryKindOfTemporary_IsFound()
    {
        var found = NativeNumberReader.Temporaries(typeof(NativeNumberTests).Assembly.Location, nameof(TemporaryNumbers));
        foreach (var method in typeof(TemporaryNumbers).GetMethods().Where(method => method.DeclaringType == typeof(TemporaryNumbers)))
        {
            Assert.AreEqual(method.Name.StartsWith("Held", StringComparison.Ordinal) ? 0
                : 1, found.Count(line => line.Contains($"{method.Name}(", StringComparison.Ordinal)), method.Name);
        }
    }
}
