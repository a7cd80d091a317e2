using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Core.Tests.Options;

[TestClass]
public sealed class OptionsValidationTests
{
    [TestMethod]
    public void Bounds_AreInclusiveUnlessSaidOtherwise()
    {
        OptionsValidation.Validate(new Options { Inclusive = 1, Exclusive = 0.001 });
        OptionsValidation.Validate(new Options { Inclusive = 3, Exclusive = 2 });
        AssertRefused(new Options { Inclusive = 0 }, "Inclusive is 0; allowed is 1 to 3.");
        AssertRefused(new Options { Exclusive = 0 }, "Exclusive is 0; allowed is above 0 to 2.");
        AssertRefused(new Options { Exclusive = double.NaN }, "Exclusive is NaN; allowed is above 0 to 2.");
    }

    [TestMethod]
    public void Null_OfAnOptionalNumber_IsAllowed_AndItsBoundsHoldOtherwise()
    {
        OptionsValidation.Validate(new Options { Optional = null });
        AssertRefused(new Options { Optional = 1.5 }, "Optional is 1.5; allowed is 0 to 1.");
    }

    [TestMethod]
    public void Choices_AreListed() => AssertRefused(new Options { Day = (DayOfWeek)9 }, "Day is 9; allowed are Sunday, Monday");

    [TestMethod]
    public void RequiredText_MustNotBeEmpty()
    {
        AssertRefused(new Options { Name = "" }, "Name is empty; a value is needed.");
        AssertRefused(new Options { Name = null! }, "Name is empty; a value is needed.");
    }

    [TestMethod]
    public void NestedOptions_AreNamedByPath() =>
        AssertRefused(new Options { Inner = new() { Depth = 0 } }, "Inner.Depth is 0; allowed is 1 to 9.");

    [TestMethod]
    public void ConditionsOverSeveralOptions_AreReportedToo() =>
        AssertRefused(new Options { Inner = new() { Depth = 3 } }, "Inner.Depth is 3; it must be even.");

    [TestMethod]
    public void EveryError_IsInTheOneMessage() =>
        AssertRefused(new Options { Inclusive = 9, Name = "", Inner = new() { Depth = 0 } }, "Options: ", "Inclusive is 9",
            "Name is empty", "Inner.Depth is 0");

    [TestMethod]
    public void NoOptions_AreRefused() => Assert.ThrowsExactly<ArgumentNullException>(() => OptionsValidation.Validate(null!));

    private static void AssertRefused(Options options, params string[] fragments)
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => OptionsValidation.Validate(options));
        Array.ForEach(fragments, fragment => StringAssert.Contains(e.Message, fragment));
    }

    private sealed class Options
    {
        [Range(1, 3)]
        public int Inclusive { get; set; } = 2;

        [Range(0.0, 2.0, MinimumIsExclusive = true)]
        public double Exclusive { get; set; } = 1;

        [Range(0.0, 1.0)]
        public double? Optional { get; set; }

        public DayOfWeek Day { get; set; }

        [Required]
        public string Name { get; set; } = "name";

        public InnerOptions Inner { get; set; } = new();
    }

    private sealed class InnerOptions : ICheckedOptions
    {
        [Range(1, 9)]
        public int Depth { get; set; } = 2;

        public IEnumerable<string> Errors()
        {
            if (Depth % 2 != 0)
            {
                yield return $"Depth is {Depth}; it must be even.";
            }
        }
    }
}
