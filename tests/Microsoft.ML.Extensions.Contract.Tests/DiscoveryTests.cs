namespace Microsoft.ML.Extensions.Contract.Tests;

[TestClass]
public sealed class DiscoveryTests
{
    [TestMethod]
    public void EveryTrainer_HasACase()
    {
        foreach (var trainer in PackAssemblies.Trainers)
        {
            Assert.IsTrue(TrainerCases.All.Any(known => known.TrainerType == trainer), $"{trainer.Name} has no case in TrainerCases.cs.");
        }
    }

    [TestMethod]
    public void EveryTaskThatACatalogOffers_HasACase()
    {
        foreach (var method in PackAssemblies.CatalogMethods)
        {
            var task = TaskOf(method.GetParameters()[0].ParameterType);
            Assert.IsTrue(TrainerCases.All.Any(known => known.TrainerType == method.ReturnType && known.Task.Name == task),
                $"{method.ReturnType.Name} has no case for {task} in TrainerCases.cs.");
        }
    }

    [TestMethod]
    public void EveryTrainer_IsInACatalog()
    {
        var offered = PackAssemblies.CatalogMethods.Select(method => method.ReturnType).ToHashSet();
        foreach (var trainer in PackAssemblies.Trainers)
        {
            Assert.Contains(trainer, offered, $"No catalog makes {trainer.Name}.");
        }
    }

    [TestMethod]
    public void EveryCatalogMethod_IsInTheNamespaceThatUsersHaveOpen()
    {
        foreach (var method in PackAssemblies.CatalogMethods)
        {
            Assert.AreEqual("Microsoft.ML", method.DeclaringType!.Namespace, $"{method.DeclaringType.Name}.{method.Name}");
        }
    }

    private static string TaskOf(Type catalog) =>
        new ToyTask[] { MulticlassToy.Instance, BinaryToy.Instance, RegressionToy.Instance, ForecastToy.Instance }
            .FirstOrDefault(task => task.Catalog(new MLContext()).GetType() == catalog)?.Name
        ?? throw new AssertFailedException($"The suite knows no toy task for {catalog}.");
}
