using System.Reflection;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What every catalog method has in common, so that one trainer can be put in place of another.</summary>
[TestClass]
public sealed class CatalogTests
{
    private const string Epochs = "epochs";

    [TestMethod]
    public void EveryTrainer_HasAShortAndAnOptionsOverloadForEachTask()
    {
        foreach (var overloads in PackAssemblies.CatalogMethods.GroupBy(
            method => (method.ReturnType, Catalog: method.GetParameters()[0].ParameterType)))
        {
            Assert.AreEqual(1, overloads.Count(IsShort), $"{overloads.Key}: short overloads");
            Assert.AreEqual(1, overloads.Count(method => !IsShort(method)), $"{overloads.Key}: options overloads");
        }
    }

    [TestMethod]
    public void ShortOverloads_NameColumnsAsMLNetDoes_AndNeedNoArgument()
    {
        foreach (var method in PackAssemblies.CatalogMethods.Where(IsShort))
        {
            var parameters = method.GetParameters().Skip(1).ToArray();
            CollectionAssert.AreEqual(
                new[] { "labelColumnName", "featureColumnName", "exampleWeightColumnName" }, parameters.Take(3).Select(p => p.Name)
                    .ToArray(), method.ToString());
            CollectionAssert.AreEqual(
                new object?[] { "Label", "Features", null }, parameters.Take(3).Select(p => p.DefaultValue).ToArray(), method.ToString());
            Assert.IsTrue(parameters.All(parameter => parameter.IsOptional), method.ToString());
            Assert.AreEqual(PackAssemblies.LearnsInEpochs(method.ReturnType), parameters.Any(parameter => parameter.Name == Epochs),
                method.ToString());
        }
    }

    [TestMethod, EveryTrainer]
    public void ShortOverload_IsTheOptionsOverloadWithDefaults(TrainerCase trainer)
    {
        var data = trainer.Load(new MLContext(1), 9);
        var options = trainer.Defaults();
        if (options is NetworkTrainerOptions network)
        {
            network.Training.Epochs = 1;
        }
        var (first, second) = (new MLContext(2), new MLContext(2));
        using var fromShort = Short(trainer, first).Fit(data);
        using var fromOptions = trainer.CreateAsShort(second, options).Fit(data);
        Scores.AssertSame(trainer.Task.Scores(fromOptions.Transform(data)), trainer.Task.Scores(fromShort.Transform(data)));
    }

    private static IEstimator<NetworkTransformer> Short(TrainerCase trainer, MLContext ml)
    {
        var catalog = trainer.Task.Catalog(ml);
        var method = PackAssemblies.CatalogMethods
            .Single(method => IsShort(method) && method.ReturnType == trainer.TrainerType
                && method.GetParameters()[0].ParameterType == catalog.GetType());
        var arguments = method.GetParameters().Select(parameter => parameter.Name == Epochs ? 1 : parameter.DefaultValue).ToArray();
        arguments[0] = catalog;
        return (IEstimator<NetworkTransformer>)method.Invoke(null, arguments)!;
    }

    private static bool IsShort(MethodInfo method) => method.GetParameters()[1].ParameterType == typeof(string);
}
